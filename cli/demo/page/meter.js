/** What came in, and what would have come, second by second. */

const secondsShown = 60

export class Meter {
  updates = 0
  bytes = 0
  seconds = []
  #before = null

  #isRunning = false

  /** Nothing is counted until it is started; the next second is the first again. */
  stop() {
    this.#isRunning = false
    this.#before = null
  }

  start() {
    this.#isRunning = true
  }

  /** `offered`: the totals that the demo publishes each second. Gives what the last second was; null for the first. */
  second(offered, nowMs) {
    if (!this.#isRunning) return null
    const now = { updates: this.updates, bytes: this.bytes, offered, nowMs }
    const before = this.#before
    this.#before = now
    if (before === null) return null
    const seconds = (nowMs - before.nowMs) / 1000
    const [updates, bytes] = [(now.updates - before.updates) / seconds, (now.bytes - before.bytes) / seconds]
    const plain = (offered.bytes - before.offered.bytes) / seconds
    this.seconds.push([plain, bytes])
    if (this.seconds.length > secondsShown) this.seconds.shift()
    return { updates, bytes, plain, saved: plain > 0 ? 1 - bytes / plain : 0 }
  }

  static secondsShown = secondsShown
}
