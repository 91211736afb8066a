// A trading screen: a gateway, a publisher and a web server for the page, all in this program.
//
//   node examples/trading-screen/main.js [--port 8080] [--page-port 3000]

import { startGateway } from 'rivulet'
import { explain } from '../shared/explain.js'
import { readFlags } from '../shared/flags.js'
import { servePage } from '../shared/page-server.js'
import { Market } from './market.js'

const flags = readFlags({ port: 8080, 'page-port': 3000 })

// 1. The gateway. Of a quote only the newest matters, and that is what topics do unless told otherwise. Of trades each one
//    matters, in order; and whoever looks later may have those that the topic still remembers.
const gateway = await startGateway({
  settings: {
    http: { port: flags.port },
    ops: { port: 0 },
    log: { level: 'warn' },
    // Nobody comes over MQTT here, and its usual port may belong to a broker of yours.
    transports: { mqtt: { port: 0 } },
    topics: { rules: [{ selector: 'trades/#', delivery: 'all', history: { count: 100 } }] },
  },
}).catch(explain)

// 2. The publisher. From another program it would be the same, with `connect(url)` from 'rivulet/client'.
const session = await gateway.connect({ agent: 'market' })

// Whole quotes are published, and that is no waste: a reader is sent only what differs from the quote that it has.
const publishQuote = (quote) => session.publish(`quotes/${quote.symbol}`, quote)
const publishTrade = ({ symbol, ...trade }) => session.publish(`trades/${symbol}`, trade)

// A step begins when the gateway has taken all of the last one: a busy machine falls behind a little, and nothing piles up.
const market = new Market(1)
let isOpen = true
async function trade() {
  await Promise.all(market.quotes().map(publishQuote))
  while (isOpen) {
    const { quotes, trades } = market.step()
    await Promise.all([...quotes.map(publishQuote), ...trades.map(publishTrade), pause(100)])
  }
}
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const trading = trade()

// 3. The page, which talks to the gateway and not to this web server.
const page = await servePage(new URL('./page/', import.meta.url), {
  port: flags['page-port'],
  gatewayUrl: gateway.url,
}).catch(explain)

console.log(`Open  ${page.url}

The same data in another terminal:
  npx rivulet subscribe quotes/ALDB --rate 1/s --url ${gateway.url}
  npx rivulet subscribe 'trades/#' --url ${gateway.url}

Ctrl-C ends it.
ready`)

// 4. The end: no more news, then readers are given what they are owed and told to come back later.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end)

async function end() {
  isOpen = false
  await trading
  await session.close()
  page.close()
  await gateway.drain()
}
