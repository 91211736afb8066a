/** What the link carries, second by second, and what it would carry if every update were sent whole. */
import { bytes, tell, whole } from './text.js'

export class LinkMeter {
  #updates = 0
  #wholeBytes = 0
  #receivedBytes = 0

  constructor() {
    setInterval(() => this.#show(), 1000)
  }

  /** For `connect`: the browser's own WebSocket, with an ear on it. */
  get webSocket() {
    const received = (message) => {
      this.#receivedBytes += message.data.byteLength
    }
    return class extends WebSocket {
      constructor(url, protocols) {
        super(url, protocols)
        this.addEventListener('message', received)
      }
    }
  }

  /** `update.bytes` is the value as it was published, however few of these bytes came over the link. */
  count(update) {
    this.#updates += 1
    this.#wholeBytes += update.bytes.byteLength
  }

  #show() {
    tell('updates', whole(this.#updates))
    tell('received', `${bytes(this.#receivedBytes)}/s`)
    tell('whole', `${bytes(this.#wholeBytes)}/s`)
    this.#updates = this.#wholeBytes = this.#receivedBytes = 0
  }
}
