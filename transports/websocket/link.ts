import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { AcknowledgeTerms, FromClientReceiver } from '../../codecs/protobuf/index.js'
import { ClientFrame } from '../../codecs/protobuf/index.js'
import type {
  Acknowledge,
  ClientMessage,
  CloseReason,
  Flush,
  Link,
  LinkOwner,
  LinkTraits,
  Taken,
} from '../../core/index.js'
import { CreditWindow, closeReasons } from '../../core/index.js'
import type { LinkSocket, SocketEvents } from '../../net/index.js'
import { Stranger, Unsent } from '../../net/index.js'
import { payloadBytes } from './frames.js'
import { webSocketLimits } from './limits.js'
import type { LinkHost } from './link-host.js'

const traits: LinkTraits = { ordered: true, reliable: true, settles: false, upstream: true }

const nothingTaken: Taken = { items: 0, bytes: 0 }

/**
 * One client's WebSocket.
 *
 * `ws` parses what comes in, answers pings and closes; frames go out ready-made, straight to the socket, one write a
 * flush, when core's turn is over (`outgoing.ts`).
 * Two things limit what may leave. *Busy*: while the socket holds unsent bytes nothing is added, so that nothing queues here beyond
 * one frame. *Credit*: what the client has not acknowledged stays within a window. [PROTOCOL 5]
 * What comes in is handed over until the owner pauses or its slice of time is used up; the rest waits in a backlog, and the socket is not read.
 *
 * Invariants: whoever was told that there is no room hears `writable` once there is; after `reason` is set the owner
 * hears nothing but `closed`; with a backlog, `catchUp` is planned or the link is paused.
 */
export class WebSocketLink implements Link, SocketEvents, FromClientReceiver {
  readonly traits = traits
  private readonly owner: LinkOwner
  private readonly terms: AcknowledgeTerms
  private readonly credit: CreditWindow
  private readonly unsent: Unsent
  /** Null: something was said to the client, which begins with the welcome. */
  private stranger: Stranger | null
  /** Why the link ends; null while it lives. */
  private reason: CloseReason | null = null
  /** The owner was told that nothing fits. */
  private isAwaited = false
  /** A flush did not fit, and will not before the next acknowledgement. */
  private isStarved = false
  /** It will say when the next flush may leave. */
  private isSpaced = false
  private isPaused = false
  /** What was parsed already and is to be handed over: at most what one read from the socket brings; of the first perhaps only the rest. */
  private backlog: (Buffer | ClientFrame)[] | null = null
  /** `catchUp` will be called. */
  private isPlanned = false
  /** The socket is gone, but not all that it brought was handed over. */
  private isGone = false

  constructor(
    private readonly webSocket: LinkSocket,
    private readonly socket: Socket,
    private readonly host: LinkHost,
    readonly peer: string,
  ) {
    this.terms = host.terms.next()
    this.credit = new CreditWindow(this.terms.acknowledgeMs, host.flights)
    this.unsent = new Unsent(socket, () => this.offerRoom())
    this.stranger = new Stranger(socket, webSocketLimits, () => this.refuseMore())
    this.owner = host.attach(this, peer)
  }

  /** Acknowledgements are counted in bytes. */
  get roomItems(): number {
    return Number.POSITIVE_INFINITY
  }

  get roomBytes(): number {
    const roomBytes = this.isBusy() ? 0 : this.creditBytes()
    if (roomBytes === 0) this.isAwaited = true
    return roomBytes
  }

  /** All of a flush or nothing: core cut it to the room, and a position that stands in it is that of the whole. */
  send(flush: Flush): Taken {
    if (this.isEnding()) return nothingTaken
    const { head, tail } = this.host.frames.frameOf(flush, this.terms)
    const frameBytes = head.length + (tail?.length ?? 0)
    const bytes = payloadBytes(frameBytes)
    if (!this.isPaused && !this.credit.fits(bytes)) {
      this.isStarved = true
      this.isAwaited = true
      return nothingTaken
    }
    this.host.outgoing.write(this.socket, head, tail)
    this.credit.sent(bytes, performance.now(), flush.rest)
    if (this.stranger !== null) this.letIn(this.stranger)
    return { items: flush.replies.length + flush.batch.count, bytes: frameBytes }
  }

  pause(): void {
    this.isPaused = true
    this.webSocket.pause()
  }

  resume(): void {
    this.isPaused = false
    // Later, since the owner is at work and its calls must not overlap.
    if (this.backlog === null) this.webSocket.resume()
    else this.plan()
  }

  /** Asks the client to close; without an answer within `closeTimeoutMs` the socket is cut. */
  close(reason: CloseReason): void {
    if (this.reason !== null) return
    this.reason = reason
    this.backlog = null
    this.host.outgoing.flush()
    const { code, text } = closeReasons[reason]
    const canAsk = reason !== 'linkLost' && this.webSocket.readyState === WebSocket.OPEN
    if (canAsk) this.webSocket.close(code, text)
    else this.webSocket.terminate()
    // A paused socket would never see the answer.
    this.webSocket.resume()
  }

  /** A whole message came. */
  messageReceived(frame: Buffer, isBinary: boolean): void {
    this.stranger?.completed()
    if (this.reason !== null) return
    if (!isBinary) this.close('malformedMessage')
    else if (frame.length === 0) this.owner.heard()
    else if (this.isPaused || this.backlog !== null || !this.host.slice.hasTimeFor(this.socket)) this.keep(frame)
    else this.take(frame)
  }

  /** A ping is answered unless the answer would have to wait: who does not read is not remembered for it. */
  pingReceived(data: Buffer): void {
    if (this.isEnding()) return
    this.owner.heard()
    if (this.socket.writableLength === 0) this.webSocket.pong(data, false)
  }

  /** What the codec finds in a frame. */
  received(message: ClientMessage): void {
    if (this.reason === null) this.owner.received(message)
  }

  acknowledged(bytes: number, message: Acknowledge): void {
    if (this.reason !== null) return
    if (!this.credit.acknowledge(bytes, performance.now())) {
      this.close('protocolViolation')
      return
    }
    this.isStarved = false
    this.owner.received(message)
    this.offerRoom()
  }

  /** The socket is gone. What it brought before is handed over first, unless that would wait for an owner who paused. */
  ended(): void {
    this.isGone = true
    if (this.backlog === null || this.isPaused) this.finish()
  }

  private finish(): void {
    this.backlog = null
    this.reason ??= 'linkLost'
    this.owner.closed(this.reason)
    this.host.ended()
  }

  private letIn(stranger: Stranger): void {
    stranger.letIn()
    this.stranger = null
  }

  /** The answer to the close stands behind what is not read any more, so the socket is cut when the time for it is over. */
  private refuseMore(): void {
    this.close('messageTooLarge')
    this.webSocket.pause()
  }

  private isEnding(): boolean {
    return this.reason !== null || this.webSocket.readyState !== WebSocket.OPEN
  }

  /** While paused, acknowledgements are not read, and what waits must not wait for them: it may pass the window, an item at a time. */
  private creditBytes(): number {
    const nowMs = performance.now()
    const spacingMs = this.credit.spacingMs(nowMs)
    if (spacingMs > 0) this.space(spacingMs)
    const roomBytes = this.isStarved || spacingMs > 0 ? 0 : this.credit.roomBytes(nowMs)
    return this.isPaused ? Math.max(1, roomBytes) : roomBytes
  }

  private space(ms: number): void {
    if (this.isSpaced) return
    this.isSpaced = true
    setTimeout(() => {
      this.isSpaced = false
      this.offerRoom()
    }, Math.ceil(ms))
  }

  private isBusy(): boolean {
    return this.isEnding() || this.unsent.isAny
  }

  private offerRoom(): void {
    if (!this.isAwaited || this.roomBytes === 0) return
    this.isAwaited = false
    this.owner.writable()
  }

  private take(frame: Buffer): void {
    if (this.stranger !== null && frame.length > webSocketLimits.firstFrameBytesMax) {
      this.close('messageTooLarge')
      return
    }
    // Plain bytes: `slice` of a Buffer would be another view where whoever keeps a value means to copy it.
    this.decode(new ClientFrame(new Uint8Array(frame.buffer, frame.byteOffset, frame.length)))
  }

  /** One field at least, however late it is. */
  private decode(frame: ClientFrame): void {
    frame.next(this)
    while (!frame.isOver && this.reason === null) {
      if (this.isPaused || !this.host.slice.hasTime()) {
        this.keepRest(frame)
        return
      }
      frame.next(this)
    }
    if (frame.outcome.kind === 'malformed') this.close('malformedMessage')
  }

  private keep(frame: Buffer): void {
    this.backlog ??= this.held()
    this.backlog.push(frame)
    this.plan()
  }

  private keepRest(frame: ClientFrame): void {
    this.backlog ??= this.held()
    this.backlog.unshift(frame)
    this.plan()
  }

  /** An empty backlog; before it is empty again nothing more is read. */
  private held(): (Buffer | ClientFrame)[] {
    this.webSocket.pause()
    return []
  }

  private plan(): void {
    if (this.isPlanned || this.isPaused) return
    this.isPlanned = true
    setImmediate(() => this.catchUp())
  }

  private catchUp(): void {
    this.isPlanned = false
    const { slice } = this.host
    slice.begin()
    while (this.backlog !== null && !this.isPaused) {
      const frame = this.backlog.shift()
      if (frame === undefined) this.backlog = null
      else if (frame instanceof ClientFrame) this.decode(frame)
      else this.take(frame)
      if (this.backlog !== null && !this.isPaused && !slice.hasTime()) {
        this.plan()
        return
      }
    }
    if (this.isGone) this.finish()
    else if (!this.isPaused) this.webSocket.resume()
  }
}
