// A whiteboard that everybody draws on: a gateway and a web server for the page. There is no other server: what is drawn goes
// from the pages to the gateway by HTTP, and from the gateway to the pages.
//
//   node examples/whiteboard/main.js [--port 8080] [--page-port 3000]

import { startGateway } from 'rivulet'
import { explain } from '../shared/explain.js'
import { readFlags } from '../shared/flags.js'
import { servePage } from '../shared/page-server.js'
import { waves } from './waves.js'

const flags = readFlags({ port: 8080, 'page-port': 3000 })

// 1. The gateway. A stroke is a topic, and its value is JSON whoever draws it; one that nobody touches goes after a day.
const gateway = await startGateway({
  settings: {
    http: { port: flags.port },
    ops: { port: 0 },
    log: { level: 'warn' },
    // Nobody comes over MQTT here, and its usual port may belong to a broker of yours.
    transports: { mqtt: { port: 0 } },
    topics: { rules: [{ selector: 'board/+', type: 'json', removal: { idleFor: '24h' } }] },
  },
}).catch(explain)

// 2. Something to begin with: many strokes with one request, a line of JSON for each.
const api = new URL('/api/v1/', gateway.url.replace('ws', 'http'))
const lines = waves().map(({ id, ...stroke }) => JSON.stringify({ path: `board/${id}`, value: stroke }))
const answer = await fetch(new URL('publish', api), {
  method: 'POST',
  headers: { 'content-type': 'application/x-ndjson' },
  body: lines.join('\n'),
})
if (!answer.ok) console.error(`The waves were not drawn: ${await answer.text()}`)

// 3. The page, which talks to the gateway and not to this web server.
const page = await servePage(new URL('./page/', import.meta.url), {
  port: flags['page-port'],
  gatewayUrl: gateway.url,
}).catch(explain)

console.log(`Open  ${page.url}
and   ${page.url}?read=websocket  beside it, and draw.

A stroke from another terminal, and all of them:
  curl -X PUT -H 'Content-Type: application/json' -d '{"ink":"red","points":[[200,200],[1400,700]]}' ${api}topics/board/mine
  npx rivulet subscribe 'board/+' --url ${gateway.url}

Ctrl-C ends it.
ready`)

// 4. The end: readers are given what they are owed and told to come back later.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end)

async function end() {
  page.close()
  await gateway.drain()
}
