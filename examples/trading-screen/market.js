/** A market of invented companies. There is nothing of Rivulet in here: your data comes from somewhere else. */
import { Random } from '../shared/random.js'

// One letter begins only one word, and one only one trade, so that a symbol is unique: Alder Bank is ALDB.
const words =
  'Alder Birch Cedar Dune Ember Fjord Grove Heron Islet Juniper Kestrel Linden Meadow Nettle Osprey Poplar Quarry Rowan Sorrel Thistle'
const trades = 'Airlines Bank Chemicals Data Energy Foods Gas Health Insurance Logistics Motors'

/** Prices are whole cents in here, and become decimals when they leave. */
const decimal = (cents) => cents / 100

export class Market {
  #random
  #companies

  constructor(seed) {
    this.#random = new Random(seed)
    this.#companies = words.split(' ').flatMap((word) => trades.split(' ').map((trade) => this.#found(word, trade)))
    // The market has been open for five minutes.
    for (let steps = 0; steps < 3000; steps += 1) this.step()
  }

  /** What every company stands at. */
  quotes() {
    return this.#companies.map(quoteOf)
  }

  /** A tenth of a second goes by: which quotes have changed, and what was traded. */
  step() {
    const random = this.#random
    const moved = this.#companies.filter(({ activity }) => random.chance(activity))
    const trades = moved.flatMap((company) => (this.#move(company) ? [this.#trade(company)] : []))
    return { quotes: moved.map(quoteOf), trades }
  }

  #found(word, trade) {
    const random = this.#random
    const open = Math.round(10 ** random.between(3.2, 4.9))
    return {
      symbol: word.slice(0, 3).toUpperCase() + trade[0],
      name: `${word} ${trade}`,
      open,
      last: open,
      high: open,
      low: open,
      bid: open - 1,
      ask: open + 1,
      bidSize: this.#size(),
      askSize: this.#size(),
      volume: 0,
      // A few are traded all the time, most of them now and then.
      activity: 0.08 + 0.8 * random.next() ** 3,
    }
  }

  /** A random walk that is pulled back a little to where the day began. True if the new price is one that was paid. */
  #move(company) {
    const random = this.#random
    const drift = (company.open - company.last) * 0.004
    const middle = Math.max(100, company.last + drift + random.swing() * company.open * 0.0009)
    const halfSpread = Math.max(1, company.open * 0.0003 * random.between(0.5, 1.5))
    company.bid = Math.floor(middle - halfSpread)
    company.ask = Math.max(company.bid + 1, Math.ceil(middle + halfSpread))
    if (random.chance(0.5)) company.bidSize = this.#size()
    if (random.chance(0.5)) company.askSize = this.#size()
    return random.chance(0.4)
  }

  #trade(company) {
    const isBought = this.#random.chance(0.5)
    const price = isBought ? company.ask : company.bid
    const size = this.#size()
    company.last = price
    company.high = Math.max(company.high, price)
    company.low = Math.min(company.low, price)
    company.volume += size
    return { symbol: company.symbol, price: decimal(price), size, side: isBought ? 'buy' : 'sell' }
  }

  #size() {
    return 100 * Math.ceil(20 * this.#random.next() ** 2)
  }
}

/** What is published of a company: some 200 bytes of JSON. */
function quoteOf({ symbol, name, bid, bidSize, ask, askSize, last, open, high, low, volume }) {
  return {
    symbol,
    name,
    bid: decimal(bid),
    bidSize,
    ask: decimal(ask),
    askSize,
    last: decimal(last),
    change: Math.round((10_000 * (last - open)) / open) / 100,
    open: decimal(open),
    high: decimal(high),
    low: decimal(low),
    volume,
  }
}
