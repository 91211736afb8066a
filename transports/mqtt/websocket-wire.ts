import type { Socket } from 'node:net'
import type { CloseReason } from '../../core/index.js'
import type { LinkSocket, SocketEvents } from '../../net/index.js'
import { listenTo, Stranger, Unsent } from '../../net/index.js'
import { mqttTransportLimits } from './limits.js'
import { PingWindow } from './ping-window.js'
import type { WebSocketFrames } from './websocket-frames.js'
import type { Wire, WireEnd } from './wire.js'

/** Codes of closing. RFC 6455 §7.4.1 */
const codes = { normal: 1000, malformed: 1002, text: 1003, tooLarge: 1009 } as const

/**
 * MQTT over a WebSocket: the binary frames' contents are the packets, however they are cut. [MQTT-6.0.0-2]
 *
 * `ws` parses what comes in and closes; frames go out ready-made, straight to the socket. What one read brings is handed over
 * together, as TCP would.
 */
export class WebSocketWire implements Wire, SocketEvents {
  private end_: WireEnd | null = null
  /** Null: something was said to the client, which begins with CONNACK. */
  private stranger: Stranger | null
  private readonly window = new PingWindow()
  private readonly unsent: Unsent
  private received: Buffer[] = []
  private closeCode: number = codes.normal
  private isPaused = false
  private isEnding = false

  constructor(
    private readonly webSocket: LinkSocket,
    private readonly socket: Socket,
    private readonly frames: WebSocketFrames,
    /** The socket is gone. */
    private readonly over: () => void,
  ) {
    const { connectBytesMax: firstFrameBytesMax, fragmentsMax } = mqttTransportLimits
    this.unsent = new Unsent(socket, () => this.end_?.sent())
    this.stranger = new Stranger(socket, { firstFrameBytesMax, fragmentsMax }, () => this.refuseMore())
  }

  /** From now on the end hears what comes. */
  open(end: WireEnd): void {
    this.end_ = end
    listenTo(this.webSocket, this)
    this.webSocket.on('pong', (mark) => this.pongReceived(mark))
  }

  /** While paused, answers to pings are not read, and what waits must not wait for them. */
  get isBusy(): boolean {
    if (this.isEnding) return true
    return this.unsent.isAny || (!this.isPaused && this.window.isFull)
  }

  write(bytes: Uint8Array, shared: Uint8Array | null): void {
    if (this.isEnding) return
    this.stranger?.letIn()
    this.stranger = null
    const mark = this.window.sent(this.frames.write(this.socket, bytes, shared))
    if (mark === null) return
    this.frames.flush()
    this.webSocket.ping(mark, false)
  }

  pause(): void {
    this.isPaused = true
    this.webSocket.pause()
    // Who waits for an answer that is not read any more has room now; later, since the owner is at work.
    if (this.window.isFull) setImmediate(() => this.end_?.sent())
  }

  resume(): void {
    this.isPaused = false
    this.webSocket.resume()
  }

  end(last: Uint8Array | null): void {
    if (last) this.write(last, null)
    this.isEnding = true
    this.frames.flush()
    // With a text, though an empty one, since a bare code is how `ws` says that the peer is at fault.
    this.webSocket.close(this.closeCode, '')
    // A paused socket would never see the answer.
    this.webSocket.resume()
  }

  messageReceived(frame: Buffer, isBinary: boolean): void {
    this.stranger?.completed()
    if (this.isEnding) return
    // [MQTT-6.0.0-1]
    if (!isBinary) return this.spoil('protocolViolation', codes.text)
    if (this.received.push(frame) === 1) process.nextTick(() => this.handOver())
  }

  /** A ping is answered unless the answer would have to wait: who does not read is not remembered for it. */
  pingReceived(data: Buffer): void {
    if (!this.isEnding && this.socket.writableLength === 0) this.webSocket.pong(data, false)
  }

  /** What came breaks the rules of WebSockets, or a bound. */
  close(reason: CloseReason): void {
    this.spoil(reason, reason === 'messageTooLarge' ? codes.tooLarge : codes.malformed)
  }

  ended(): void {
    this.handOver()
    this.isEnding = true
    this.end_?.gone()
    this.over()
  }

  /** What came before is heard first. */
  private spoil(reason: CloseReason, code: number): void {
    this.handOver()
    this.closeCode = code
    if (this.isEnding) this.webSocket.close(code, '')
    else this.end_?.close(reason)
  }

  private handOver(): void {
    const { received } = this
    this.received = []
    const [only] = received
    if (!only || this.isEnding) return
    this.end_?.received(received.length === 1 ? only : Buffer.concat(received))
  }

  /** The answer to the close stands behind what is not read any more, so the socket is cut when the time for it is over. */
  private refuseMore(): void {
    this.spoil('messageTooLarge', codes.tooLarge)
    this.webSocket.pause()
  }

  private pongReceived(mark: Buffer): void {
    const wasFull = this.window.isFull
    this.window.answered(mark)
    if (wasFull && !this.isBusy) this.end_?.sent()
  }
}
