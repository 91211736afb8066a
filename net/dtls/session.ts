import type { Alert } from './alerts.js'
import { alertBody, alertIn } from './alerts.js'
import type { PeerIdentity, Secured } from './handshake.js'
import { dtlsLimits } from './limits.js'
import type { PeerPath } from './path.js'
import type { DtlsRecord } from './records.js'
import { contentTypes } from './records.js'

/** Why a session is over. */
export type SessionEnd =
  /** This side closed it. */
  | 'closed'
  /** The peer closed it, or broke it off with an alert. */
  | 'closedByPeer'
  | 'alert'
  /** Its keys have protected as many records as they may. */
  | 'usedUp'
  /** The same peer came with new keys, or the endpoint ended. */
  | 'replaced'
  | 'endpointClosed'

/** Hears what happens to a session. */
export interface SessionEvents {
  /** A message came; its bytes are good within the call. `sequence`: of the record that it came in, which the sender never uses again. */
  message(content: Buffer, sequence: number): void
  /** It goes on from another address, unproven until `confirmPath`. */
  moved?(): void
  closed?(end: SessionEnd): void
}

const nobody: SessionEvents = { message: () => undefined }

/**
 * An association that both sides proved: messages go in one record each, and come once, or not at all, in any order.
 *
 * Invariant: `closed` is said once, and nothing after it.
 */
export class DtlsSession {
  /** Whoever is told; set as soon as the session is given out. */
  events: SessionEvents = nobody
  readonly peer: PeerIdentity
  readonly suite: string
  private lastFlight: (() => readonly Buffer[]) | null
  private end: SessionEnd | null = null

  constructor(
    private readonly secured: Secured,
    /** Where the peer is. */
    readonly path: PeerPath,
    private readonly forget: () => void,
  ) {
    const { identity, certificate, suite, lastFlight } = secured
    this.peer = { identity, certificate }
    this.suite = suite.name
    this.lastFlight = lastFlight
  }

  get isOpen(): boolean {
    return this.end === null
  }

  /** Bytes that a datagram is longer than its message, without those of UDP and IP. */
  get overheadBytes(): number {
    return this.secured.writer.overheadBytes
  }

  /** The longest message, bytes. */
  get messageBytesMax(): number {
    return this.path.mtu - this.overheadBytes
  }

  /**
   * Sends a message; returns the number of its record. -1: it was not sent, since the session is over, the message longer than
   * `messageBytesMax`, or the peer not proven to be where so much would go.
   */
  send(message: Uint8Array): number {
    const { writer } = this.secured
    if (this.end !== null || message.length > this.messageBytesMax) return -1
    if (writer.isUsedUp) {
      this.over('usedUp')
      return -1
    }
    if (!this.path.mayTake(message.length + writer.overheadBytes)) return -1
    const sequence = writer.next
    this.path.transmit(writer.write(contentTypes.applicationData, message))
    return sequence
  }

  /** The peer answered from where it is now what only it could know: what goes there is bounded no more. */
  confirmPath(): void {
    this.path.confirm()
  }

  /** Says so to the peer. */
  close(): void {
    if (this.end !== null) return
    this.say('closeNotify')
    this.over('closed')
  }

  /** Ends it without a word. */
  abandon(end: SessionEnd): void {
    this.over(end)
  }

  /** A record came; false: it is none of this session's, or came before. `moved`: from where, if from elsewhere than before. */
  received(record: DtlsRecord, bytes: number, moved: (() => void) | null): boolean {
    if (this.end !== null) return false
    const opened = this.secured.reader.open(record)
    if (opened === null) return false
    // Only the newest moves it: an older one that was held back somewhere must not bring it back. RFC 9146 §6
    if (moved !== null && opened.isNewest) {
      moved()
      this.events.moved?.()
    }
    this.path.heard(bytes)
    if (opened.type === contentTypes.applicationData) {
      this.lastFlight = null
      this.events.message(opened.content, record.sequence)
    } else if (opened.type === contentTypes.alert) this.alerted(opened.content)
    else if (opened.type === contentTypes.handshake) this.handshakeCame()
    return true
  }

  private alerted(content: Buffer): void {
    const alert = alertIn(content)
    if (alert?.name === 'closeNotify') {
      this.say('closeNotify')
      this.over('closedByPeer')
    } else if (alert?.isFatal) this.over('alert')
  }

  /** The peer's last flight once more: it did not get ours. Or it wants to begin again, which nobody does here. */
  private handshakeCame(): void {
    if (this.lastFlight === null) this.say('noRenegotiation')
    else for (const datagram of this.lastFlight()) if (this.path.mayTake(datagram.length)) this.path.transmit(datagram)
  }

  /** Nothing more is kept for a peer that did not get it. */
  forgetLastFlight(): void {
    this.lastFlight = null
  }

  private say(alert: Alert): void {
    const { writer } = this.secured
    const body = alertBody(alert)
    if (writer.next > dtlsLimits.sequenceMax || !this.path.mayTake(body.length + writer.overheadBytes)) return
    this.path.transmit(writer.write(contentTypes.alert, body))
  }

  private over(end: SessionEnd): void {
    if (this.end !== null) return
    this.end = end
    this.lastFlight = null
    this.forget()
    this.events.closed?.(end)
  }
}
