// A gateway inside a Node program: this process serves WebSocket clients and uses the same topics itself.
//
//   node examples/embedded-gateway/main.js [--port 8080]

import { Failure, startGateway } from 'rivulet'
import { readFlags } from '../shared/flags.js'

const flags = readFlags({ port: 8080 })

// 1. The gateway. `settings` has the keys of a configuration file; what is left out is as with `rivulet serve`:
//    loopback only, and everybody on this machine may do everything. Port 0 takes a free one.
const gateway = await startGateway({
  settings: { http: { port: flags.port }, transports: { mqtt: { port: 0 } }, ops: { port: 0 }, log: { level: 'warn' } },
}).catch(explain)

// 2. A session with it. This is the client of `rivulet/client`; `connect(gateway.url)` in another program gives the same.
const session = await gateway.connect({ agent: 'embedded-gateway' })

// 3. Topics come into being with the first publish. Who wants other properties than the usual creates them first:
//    of a log, readers get every line in order, and late ones the last hundred.
await session.create('plant/log', { type: 'string', delivery: 'all', history: { count: 100 } })

// 4. A reader in this process. It takes every boiler, also those that do not exist yet, at two values a second each.
const boilers = session.subscribe('plant/boilers/+', { rate: '2/s' })
boilers.on('update', ({ path, value, removed }) => {
  console.log(path, removed ? 'is gone' : JSON.stringify(value))
})

// 5. A publisher in this process: ten values a second and boiler, of which each reader gets as many as it asked for.
let seconds = 0
await session.publish('plant/log', 'the burners are lit')
const burning = setInterval(() => {
  seconds += 0.1
  report('plant/boilers/north', { celsius: Math.round(80 + 4 * Math.sin(seconds)), burning: true })
  report('plant/boilers/south', { celsius: Math.round(76 + 6 * Math.cos(seconds / 2)), burning: seconds % 20 < 10 })
}, 100)

console.log(`
The gateway listens at ${gateway.url}. In another terminal:
  npx rivulet subscribe 'plant/#' --rate 1/s --url ${gateway.url}
  npx rivulet publish plant/boilers/east '{"celsius":20}' --url ${gateway.url}
  npx rivulet sessions list --url ${gateway.url}

Ctrl-C ends it.
ready
`)

// 6. The end. Draining gives every client what it is owed and tells it to come back later.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end)

async function end() {
  clearInterval(burning)
  await session.publish('plant/log', 'the burners are out').catch(refused)
  await session.close()
  await gateway.drain()
  console.log('drained')
}

/** A publish resolves when the gateway has accepted it, and rejects with a `code` when it has not. */
function report(path, value) {
  session.publish(path, value).catch(refused)
}

function refused(error) {
  console.error(`not published: ${error.code}: ${error.message}`)
}

/** Wrong settings and taken ports are a `Failure`, whose message is for people. */
function explain(error) {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exit(1)
}
