/** The table of all instruments: which rows there are, in what order, and which of them is chosen. */
import { QuoteRow } from './quote-row.js'
import { tell, whole } from './text.js'

const orderEveryMs = 1000

export class WatchList {
  #select
  #rows = new Map()
  #selected = null
  #filter = ''
  #order = { key: 'symbol', direction: 1 }
  #orderedAtMs = 0
  #body = document.querySelector('#watch-list tbody')
  #watcher = new IntersectionObserver((entries) => this.#scrolled(entries), { root: document.querySelector('.scroll') })

  /** `select` is told which symbol is chosen: the first one of the list, then whatever the user wants. */
  constructor(select) {
    this.#select = select
    this.#body.addEventListener('click', ({ target }) => this.#choose(target.closest('tr').dataset.symbol))
    document.getElementById('filter').addEventListener('input', ({ target }) => this.#filterBy(target.value))
    for (const button of document.querySelectorAll('[data-sort]'))
      button.addEventListener('click', () => this.#orderBy(button))
    requestAnimationFrame((nowMs) => this.#draw(nowMs))
  }

  /** A quote is only kept here. It is drawn with the next frame, unless a newer one has come by then. */
  update({ path, value, removed }) {
    const row = this.#rows.get(path)
    if (removed) this.#remove(path)
    else if (row) row.quote = value
    else this.#add(path, new QuoteRow(value))
  }

  #add(path, row) {
    this.#rows.set(path, row)
    this.#watcher.observe(row.element)
    this.#orderedAtMs = 0
  }

  #remove(path) {
    this.#rows.get(path)?.element.remove()
    this.#rows.delete(path)
  }

  #choose(symbol) {
    this.#selected = symbol
    for (const row of this.#rows.values()) row.isSelected = row.quote.symbol === symbol
    this.#select(symbol)
  }

  #scrolled(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.#rows.get(`quotes/${target.dataset.symbol}`)
      if (row) row.isVisible = isIntersecting
    }
  }

  #filterBy(text) {
    this.#filter = text.trim().toLowerCase()
    this.#orderedAtMs = 0
  }

  /** A second click turns the order round. */
  #orderBy(button) {
    const key = button.dataset.sort
    const isNumber = key !== 'symbol' && key !== 'name'
    const direction = this.#order.key === key ? -this.#order.direction : isNumber ? -1 : 1
    this.#order = { key, direction }
    this.#orderedAtMs = 0
    for (const heading of document.querySelectorAll('th[aria-sort]')) heading.removeAttribute('aria-sort')
    button.parentElement.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending')
  }

  /** Once a frame the quotes; once a second the order, since rows that jump about all the time cannot be read. */
  #draw(nowMs) {
    if (nowMs - this.#orderedAtMs > orderEveryMs || this.#orderedAtMs === 0) this.#arrange(nowMs)
    for (const row of this.#rows.values()) row.draw()
    requestAnimationFrame((nextMs) => this.#draw(nextMs))
  }

  #arrange(nowMs) {
    this.#orderedAtMs = nowMs
    const { key, direction } = this.#order
    const order = ({ quote: a }, { quote: b }) => direction * (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0)
    const rows = [...this.#rows.values()].filter((row) => row.matches(this.#filter)).sort(order)
    if (this.#selected === null && rows.length > 0) this.#choose(rows[0].quote.symbol)
    const elements = rows.map(({ element }) => element)
    // Moving a row would take the keyboard's focus from it, so those that are in place stay untouched.
    if (elements.some((element, index) => element !== this.#body.rows[index])) place(this.#body, elements)
    while (this.#body.rows.length > elements.length) this.#body.deleteRow(-1)
    tell('shown', `${whole(rows.length)} of ${whole(this.#rows.size)}`)
  }
}

function place(body, elements) {
  const focused = document.activeElement
  for (const [index, element] of elements.entries())
    if (body.rows[index] !== element) body.insertBefore(element, body.rows[index] ?? null)
  focused.focus({ preventScroll: true })
}
