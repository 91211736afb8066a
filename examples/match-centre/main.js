// A match centre: a gateway, six football matches at a time, and a web server for the page, all in this program.
//
//   node examples/match-centre/main.js [--port 8080] [--page-port 3000] [--match-seconds 120]

import { startGateway } from 'rivulet'
import { explain } from '../shared/explain.js'
import { readFlags } from '../shared/flags.js'
import { servePage } from '../shared/page-server.js'
import { League } from './league.js'

const flags = readFlags({ port: 8080, 'page-port': 3000, 'match-seconds': 120 })

// 1. The gateway. Of a match only the newest state matters. Its commentary is a story: each line, in order, and kept by the
//    topic for those who come late.
const gateway = await startGateway({
  settings: {
    http: { port: flags.port },
    ops: { port: 0 },
    log: { level: 'warn' },
    // Nobody comes over MQTT here, and its usual port may belong to a broker of yours.
    transports: { mqtt: { port: 0 } },
    topics: { rules: [{ selector: 'commentary/#', delivery: 'all', history: { count: 200 } }] },
  },
}).catch(explain)

// 2. The publisher. From another program it would be the same, with `connect(url)` from 'rivulet/client'.
const session = await gateway.connect({ agent: 'league' })
const league = new League(7)

/** Plays one match after the other. Each call is one minute. */
function playOn() {
  let match = null
  let minutes = null

  return async () => {
    if (match === null) {
      match = league.nextMatch()
      minutes = match.play()
      await session.publish(`matches/${match.id}`, match.state)
    }
    const { value: news, done } = minutes.next()
    if (!done) return tell(match.id, news)
    // Both topics of the match go, and with them the history of the commentary. Readers are told.
    const ended = match
    match = null
    await session.remove(`{matches,commentary}/${ended.id}`)
    league.end(ended)
  }
}

/** A merge patch names what changed and nothing else: `{"minute":37,"home":{"shots":4}}`. */
async function tell(id, { changes, events }) {
  for (const event of events) await session.publish(`commentary/${id}`, event)
  if (changes !== null) await session.publish(`matches/${id}`, changes, { merge: true })
}

// Some matches have been going on for a while, so that there is something to come late for.
const pitches = []
for (const minutesPlayed of [84, 62, 45, 27, 10, 0]) {
  const playMinute = playOn()
  for (let minute = 0; minute <= minutesPlayed; minute += 1) await playMinute()
  pitches.push(playMinute)
}
let lastMinute = null
const clock = setInterval(
  () => {
    lastMinute = Promise.all(pitches.map((playMinute) => playMinute()))
  },
  (1000 * flags['match-seconds']) / 100,
)

// 3. The page, which talks to the gateway and not to this web server.
const page = await servePage(new URL('./page/', import.meta.url), {
  port: flags['page-port'],
  gatewayUrl: gateway.url,
}).catch(explain)

console.log(`Open  ${page.url}

The same data in another terminal:
  npx rivulet subscribe 'commentary/#' --url ${gateway.url}
  npx rivulet fetch 'matches/+' --url ${gateway.url}

Ctrl-C ends it.
ready`)

// 4. The end: no more news, then readers are given what they are owed and told to come back later.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end)

async function end() {
  clearInterval(clock)
  await lastMinute
  await session.close()
  page.close()
  await gateway.drain()
}
