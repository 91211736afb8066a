/** One row of the watch list. It takes every quote, and shows the newest when it is drawn. */
import { price, tell, tellChange, whole } from './text.js'

const cells = `
  <th scope="row"><button type="button"></button></th><td class="name"></td>
  <td class="size"></td><td class="quote"></td><td class="quote"></td><td class="size"></td>
  <td></td><td></td><td class="volume"></td>`

const calm = matchMedia('(prefers-reduced-motion: reduce)')

export class QuoteRow {
  element = document.createElement('tr')
  /** Whether the user can see it; what cannot be seen need not be drawn. */
  isVisible = false
  quote
  #shown = null

  constructor(quote) {
    this.quote = quote
    this.element.innerHTML = cells
    this.element.dataset.symbol = quote.symbol
    const [symbol, name] = this.element.cells
    tell(symbol.firstChild, quote.symbol)
    tell(name, quote.name)
  }

  set isSelected(isSelected) {
    this.element.classList.toggle('selected', isSelected)
    this.element.querySelector('button').setAttribute('aria-pressed', isSelected)
  }

  matches(text) {
    return `${this.quote.symbol} ${this.quote.name}`.toLowerCase().includes(text)
  }

  draw() {
    const { quote } = this
    if (!this.isVisible || quote === this.#shown) return
    const [, , bidSize, bid, ask, askSize, last, change, volume] = this.element.cells
    tell(bidSize, whole(quote.bidSize))
    tell(bid, price(quote.bid))
    tell(ask, price(quote.ask))
    tell(askSize, whole(quote.askSize))
    tell(last, price(quote.last))
    tellChange(change, quote.change)
    tell(volume, whole(quote.volume))
    if (this.#shown !== null) {
      flash(bid, quote.bid - this.#shown.bid)
      flash(ask, quote.ask - this.#shown.ask)
    }
    this.#shown = quote
  }
}

/** The price went up or down: the cell is green or red for a moment. */
function flash(cell, difference) {
  if (difference === 0) return
  cell.dataset.moved = difference > 0 ? 'up' : 'down'
  if (calm.matches) return
  const colour = `var(--${cell.dataset.moved}-flash)`
  cell.animate([{ backgroundColor: colour }, { backgroundColor: 'transparent' }], { duration: 700, easing: 'ease-out' })
}
