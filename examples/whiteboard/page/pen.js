/** The pointer on the board: draws with the chosen ink, or erases what it touches. */
import { Stroke } from './stroke.js'

/** Shorter moves are not worth a point, in units of the board. */
const moveMin = 4

/** Around the pointer, in pixels: a line is thin. */
const reach = [-7, 0, 7]

export class Pen {
  #board
  #api
  #tell
  #stroke = null
  #last = null

  /** `tell` is told what went wrong, or an empty text. */
  constructor(board, api, tell) {
    this.#board = board
    this.#api = api
    this.#tell = tell
    const { svg } = board
    svg.addEventListener('pointerdown', (event) => this.#begin(event))
    svg.addEventListener('pointermove', (event) => this.#move(event))
    for (const name of ['pointerup', 'pointercancel']) svg.addEventListener(name, () => this.#end())
  }

  wipe() {
    this.#try(this.#api.wipe())
  }

  #begin(event) {
    if (!event.isPrimary || event.button !== 0) return
    const tool = document.querySelector('[name=tool]:checked').value
    if (tool === 'rubber') return this.#erase(event)
    // The stroke goes on when the pointer leaves the board and comes back.
    this.#board.svg.setPointerCapture(event.pointerId)
    this.#stroke = new Stroke(this.#board, this.#api, tool)
    this.#add(this.#pointAt(event))
  }

  #move(event) {
    if (!event.isPrimary || event.buttons === 0) return
    if (document.querySelector('[name=tool]:checked').value === 'rubber') return this.#erase(event)
    if (this.#stroke === null) return
    const point = this.#pointAt(event)
    if (Math.hypot(point[0] - this.#last[0], point[1] - this.#last[1]) >= moveMin) this.#add(point)
  }

  #end() {
    this.#stroke?.end()
    this.#stroke = null
  }

  #add(point) {
    this.#last = point
    this.#try(this.#stroke.add(point))
  }

  #erase({ clientX, clientY }) {
    const touched = new Set(
      reach.flatMap((x) => reach.map((y) => document.elementFromPoint(clientX + x, clientY + y)?.dataset.id)),
    )
    touched.delete(undefined)
    for (const id of touched) {
      this.#board.remove(id)
      this.#try(this.#api.erase(id))
    }
  }

  #pointAt({ clientX, clientY }) {
    const { svg } = this.#board
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse())
    return [within(x, svg.viewBox.baseVal.width), within(y, svg.viewBox.baseVal.height)]
  }

  #try(sending) {
    sending.then(
      () => this.#tell(''),
      (error) => this.#tell(error instanceof TypeError ? 'The gateway cannot be reached.' : error.message),
    )
  }
}

const within = (value, max) => Math.round(Math.min(Math.max(value, 0), max))
