/**
 * The board as it is seen: a line for each stroke, by the stroke's id. What was begun later lies above, so that all pages show the same,
 * whatever they were told first.
 */
export class Board {
  #lines = new Map()
  /** Ids of strokes that this page draws: what it is told of them is what it sent a moment ago. */
  #own = new Set()

  constructor(svg) {
    this.svg = svg
  }

  /** As the gateway tells it. */
  show(id, stroke) {
    if (!this.#own.has(id)) this.#draw(id, stroke)
  }

  /** As the user draws it, until `release`. */
  showOwn(id, stroke) {
    this.#own.add(id)
    this.#draw(id, stroke)
  }

  release(id) {
    this.#own.delete(id)
  }

  remove(id) {
    this.#lines.get(id)?.remove()
    this.#lines.delete(id)
  }

  clear() {
    this.svg.replaceChildren()
    this.#lines.clear()
  }

  #draw(id, stroke) {
    // Whoever may publish may publish anything.
    if (!Array.isArray(stroke?.points)) return
    const line = this.#lines.get(id) ?? this.#add(id, Number(stroke.begun) || 0)
    line.dataset.ink = stroke.ink
    // The first point stands there twice: that makes a dot of a stroke of one point.
    line.setAttribute('points', [stroke.points[0], ...stroke.points].join(' '))
  }

  #add(id, begun) {
    const line = document.createElementNS(this.svg.namespaceURI, 'polyline')
    line.dataset.id = id
    line.dataset.begun = begun
    const isLater = ({ dataset }) =>
      Number(dataset.begun) > begun || (Number(dataset.begun) === begun && dataset.id > id)
    this.svg.insertBefore(line, [...this.svg.children].find(isLater) ?? null)
    this.#lines.set(id, line)
    return line
  }
}
