/** What is known of the instrument that was chosen: its quote, a chart of its trades, and the trades themselves. */
import { price, tell, tellChange, whole } from './text.js'

const tapeLines = 14
const chartPoints = 60

export class Instrument {
  #tape = document.querySelector('#tape tbody')
  #prices = []

  /** Another one: nothing is known of it yet. */
  show(symbol) {
    this.#prices = []
    this.#tape.replaceChildren()
    tell('symbol', symbol)
  }

  quoted(quote) {
    tell('name', quote.name)
    tell('last', price(quote.last))
    tellChange('change', quote.change)
    for (const part of ['bid', 'ask', 'low', 'high']) tell(part, price(quote[part]))
  }

  /** Each trade is a line of the tape: this stream leaves none out. */
  traded({ value: trade, time }) {
    const line = this.#tape.insertRow(0)
    line.className = trade.side === 'buy' ? 'up' : 'down'
    for (const text of [new Date(time).toLocaleTimeString('en-GB'), price(trade.price), whole(trade.size)])
      line.insertCell().textContent = text
    if (this.#tape.rows.length > tapeLines) this.#tape.deleteRow(-1)
    this.#prices.push(trade.price)
    if (this.#prices.length > chartPoints) this.#prices.shift()
    this.#drawChart()
  }

  #drawChart() {
    const [low, high] = [Math.min(...this.#prices), Math.max(...this.#prices)]
    const points = this.#prices.map((paid, index) => {
      const x = 300 - ((this.#prices.length - 1 - index) * 300) / (chartPoints - 1)
      return `${x.toFixed(1)},${(76 - (72 * (paid - low)) / (high - low || 1)).toFixed(1)}`
    })
    document.querySelector('#chart polyline').setAttribute('points', points.join(' '))
  }
}
