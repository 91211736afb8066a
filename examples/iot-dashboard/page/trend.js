/** The line of what was measured in the last minute, with the limit above which it is too much. */
const spanMs = 60_000
const width = 300
const height = 64

export class Trend {
  limit = null
  #svg
  #points = []

  constructor(svg) {
    this.#svg = svg
  }

  add(value, time) {
    this.#points.push({ value, time })
    while (this.#points[0].time < time - spanMs) this.#points.shift()
    this.#draw(time)
  }

  /** The newest stands at the right; the scale follows what was measured, and the limit shows when it is near. */
  #draw(now) {
    const values = this.#points.map(({ value }) => value)
    const middle = (Math.max(...values) + Math.min(...values)) / 2
    const span = Math.max(Math.max(...values) - Math.min(...values), Math.abs(middle) * 0.1, 1)
    const y = (value) => (height / 2 - ((value - middle) / span) * height * 0.85).toFixed(1)
    const x = (time) => (width - ((now - time) * width) / spanMs).toFixed(1)
    const line = this.#points.map(({ value, time }) => `${x(time)},${y(value)}`)
    this.#svg.querySelector('polyline').setAttribute('points', line.join(' '))
    for (const end of ['y1', 'y2'])
      this.#svg.querySelector('.limit').setAttribute(end, y(this.limit ?? Number.MAX_VALUE))
  }
}
