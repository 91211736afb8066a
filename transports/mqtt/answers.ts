/** No bytes. */
export const nothing = new Uint8Array(0)

/** What a client is answered in one go, until it is written. */
export class Answers {
  private waiting: Uint8Array[] = []

  add(answer: Uint8Array): void {
    this.waiting.push(answer)
  }

  /** All of them, in order; empty: there are none. */
  take(): Uint8Array {
    const { waiting } = this
    const [first = nothing] = waiting
    if (waiting.length > 0) this.waiting = []
    return waiting.length > 1 ? Buffer.concat(waiting) : first
  }
}
