/** One session with the gateway, and what the page does with the updates: the watch list and one instrument show them. */
import { connect } from 'rivulet/client'
import { Instrument } from './instrument.js'
import { LinkMeter } from './link-meter.js'
import { tell } from './text.js'
import { WatchList } from './watch-list.js'

const meter = new LinkMeter()
const watchList = new WatchList(select)
const instrument = new Instrument()

// Only this example needs to ask where its gateway is; yours has an address.
const { url } = await (await fetch('gateway.json')).json()
const session = await connect(url, { agent: 'trading screen', waitForGateway: true, webSocket: meter.webSocket })

// The session lives as long as the page. A lost connection comes back by itself, and the subscriptions with it: there is
// nothing to do but to tell the user.
session.on('state', showState)
showState(session.state)
function showState({ kind }) {
  document.getElementById('state').dataset.state = kind
  tell('state', kind)
}

// The watch list is one subscription. Its rate holds for each topic: at 1/s the gateway sends the newest quote of an
// instrument once a second and leaves out those between, for this page alone.
let quotes = subscribeQuotes()
document.getElementById('rate').addEventListener('change', () => {
  void quotes.close()
  quotes = subscribeQuotes()
})

function subscribeQuotes() {
  const rate = document.querySelector('[name=rate]:checked').value
  const subscription = session.subscribe('quotes/+', rate === '' ? {} : { rate })
  subscription.on('update', (update) => {
    meter.count(update)
    watchList.update(update)
  })
  return subscription
}

// What is chosen is subscribed for as long as it is: its quote as often as it changes, beside the thinned one of the watch
// list; and its trades, every one of them, beginning with the last 30 before now.
let chosen = []
function select(symbol) {
  for (const subscription of chosen) void subscription.close()
  instrument.show(symbol)
  const quote = session.subscribe(`quotes/${symbol}`)
  quote.on('update', ({ value, removed }) => removed || instrument.quoted(value))
  const trades = session.subscribe(`trades/${symbol}`, { delivery: 'all', since: { count: 30 } })
  trades.on('update', (update) => {
    meter.count(update)
    if (!update.removed) instrument.traded(update)
  })
  chosen = [quote, trades]
}
