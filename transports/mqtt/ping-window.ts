import { mqttTransportLimits } from './limits.js'

const { unreadBytesMax, pingBytes } = mqttTransportLimits

/**
 * How much of what was sent the peer has not read yet, by pings of the WebSocket: the answer to one comes when all that stood before
 * it was read, the backlog of the kernel included, of which the socket knows nothing.
 *
 * A peer that has never answered is not held to it: the standard of WebSockets asks for answers, but a client of MQTT may lack them.
 */
export class PingWindow {
  private sentBytes = 0
  /** Up to where the newest ping asks, and the oldest that was not answered. */
  private askedBytes = 0
  private readBytes = 0
  private hasAnswered = false

  /** So much more left; what the ping that is due now is to carry, or null. */
  sent(bytes: number): Uint8Array | null {
    const isFirst = this.sentBytes === 0
    this.sentBytes += bytes
    if (!isFirst && this.sentBytes - this.askedBytes < pingBytes) return null
    this.askedBytes = this.sentBytes
    const mark = Buffer.alloc(8)
    mark.writeDoubleBE(this.sentBytes)
    return mark
  }

  /** The peer answered a ping: it has read all that was sent before. What nobody asked for is passed over. */
  answered(mark: Buffer): void {
    const bytes = mark.length === 8 ? mark.readDoubleBE() : 0
    if (!(bytes > this.readBytes && bytes <= this.askedBytes)) return
    this.readBytes = bytes
    this.hasAnswered = true
  }

  /** Nothing more is to be sent before the next answer. */
  get isFull(): boolean {
    return this.hasAnswered && this.askedBytes - this.readBytes > unreadBytesMax
  }
}
