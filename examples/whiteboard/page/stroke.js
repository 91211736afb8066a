/** A stroke while it is drawn: a topic that is put again, longer, until all its points are there. */
export class Stroke {
  #board
  #api
  #id = crypto.randomUUID()
  #value
  /** Of the last answer; null before the first. */
  #tag = null
  #sentPoints = 0
  #isSending = false
  #isDrawn = false
  /** Erased by somebody, or refused. */
  #isGone = false

  constructor(board, api, ink) {
    this.#board = board
    this.#api = api
    this.#value = { ink, begun: Date.now(), points: [] }
  }

  /** Goes on to a point. Rejects if that cannot be sent: then the stroke is gone. */
  async add(point) {
    if (this.#isGone) return
    this.#value.points.push(point)
    this.#board.showOwn(this.#id, this.#value)
    await this.#send()
  }

  /** There are no more points. */
  end() {
    this.#isDrawn = true
    this.#release()
  }

  /** One request at a time, with all points so far: on a slow line there are fewer of them, and nothing queues. */
  async #send() {
    if (this.#isSending) return
    this.#isSending = true
    try {
      while (!this.#isGone && this.#sentPoints < this.#value.points.length) {
        const many = this.#value.points.length
        this.#tag = await this.#api.put(this.#id, this.#value, this.#tag)
        if (this.#tag === null) this.#vanish()
        this.#sentPoints = many
      }
    } catch (error) {
      this.#vanish()
      throw error
    } finally {
      this.#isSending = false
      this.#release()
    }
  }

  #vanish() {
    this.#isGone = true
    this.#board.remove(this.#id)
  }

  /** From here on the board shows what it is told of it. */
  #release() {
    if (this.#isGone || (this.#isDrawn && !this.#isSending)) this.#board.release(this.#id)
  }
}
