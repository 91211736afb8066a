import type { X509Certificate } from 'node:crypto'
import type { Alert } from './alerts.js'
import { alertBody, alertIn } from './alerts.js'
import type { DtlsClock } from './clock.js'
import type { FlightItem } from './flight.js'
import { datagramsOf } from './flight.js'
import type { DirectionKeys } from './key-schedule.js'
import { Transcript } from './key-schedule.js'
import { dtlsLimits } from './limits.js'
import type { Message } from './messages.js'
import { messageOf, piecesIn } from './messages.js'
import { Reassembly } from './reassembly.js'
import { RecordReader, RecordWriter } from './record-layer.js'
import type { DtlsRecord } from './records.js'
import { contentTypes } from './records.js'
import type { Suite } from './suites.js'

/** Why a handshake came to nothing. */
export type HandshakeFailure =
  | 'timeout'
  /** The last of what came was sealed with other keys: a wrong pre-shared key, most often. */
  | 'wrongKey'
  | 'unknownIdentity'
  | 'noCommonSuite'
  | 'malformed'
  | 'unexpected'
  | 'badCertificate'
  | 'badSignature'
  | 'badFinished'
  | 'badShare'

/** Who the peer is, as it proved. */
export interface PeerIdentity {
  /** Of a pre-shared key. */
  readonly identity: string | null
  readonly certificate: X509Certificate | null
}

/** What a handshake comes to. */
export interface Secured extends PeerIdentity {
  readonly suite: Suite
  readonly writer: RecordWriter
  readonly reader: RecordReader
  /** What was said last, for a peer that did not get it; empty: it was the peer who spoke last. */
  readonly lastFlight: () => readonly Buffer[]
}

/** What a handshake needs of whoever runs it. */
export interface HandshakeHost {
  readonly clock: DtlsClock
  /** Bytes of a datagram. */
  readonly mtu: number
  /** First time until a flight is sent again, ms. */
  readonly retransmitMs: number
  /** Time for all of it, ms. */
  readonly timeoutMs: number
  transmit(datagram: Buffer): void
  established(secured: Secured): void
  failed(reason: HandshakeFailure, detail: string): void
}

/** Keys, and the connection ids that go with them. */
export interface Protection {
  readonly suite: Suite
  readonly own: DirectionKeys
  readonly peers: DirectionKeys
  /** In what this side sends; empty: the peer wants none. */
  readonly peersConnectionId: Uint8Array
  /** In what comes; empty: this side wants none. */
  readonly ownConnectionId: Uint8Array
}

/**
 * What both roles have in common: messages are put together and handed over in order, flights are sent until they are answered, and what cannot
 * be authentic is dropped without a word. RFC 6347 §4.2
 *
 * Invariant: `established` or `failed` is called once, and nothing after that but by `repeat`.
 */
export abstract class Handshake {
  protected readonly transcript = new Transcript()
  private readonly reassembly: Reassembly
  private sealedReassembly: Reassembly | null = null
  private readonly plain: RecordWriter
  private sealed: RecordWriter | null = null
  private reader: RecordReader | null = null
  private suite: Suite | null = null
  /** Sealed records that came before their keys. */
  private early: DtlsRecord[] = []
  private flight: readonly FlightItem[] = []
  private waitMs: number
  private sentMs = Number.NEGATIVE_INFINITY
  private hasUndecryptable = false
  /** What the peer complained of, unproven. */
  private complaint = ''
  private isOver = false
  private cancelRepeat: () => void = () => undefined
  private readonly cancelTimeout: () => void

  /** `awaited`, `next`: numbers of the messages that come and go first. `sequence`: of the first record. */
  constructor(
    protected readonly host: HandshakeHost,
    { awaited, sequence }: { readonly awaited: number; readonly sequence: number },
    private next: number,
  ) {
    this.reassembly = new Reassembly(awaited)
    this.plain = RecordWriter.plain(sequence)
    this.waitMs = host.retransmitMs
    this.cancelTimeout = host.clock.after(host.timeoutMs, () => this.late())
  }

  /** A record came. False: it says nothing, and may be another association's. */
  received(record: DtlsRecord): boolean {
    if (this.isOver) return false
    if (record.epoch === 1) return this.unsealed(record)
    if (record.epoch !== 0) return false
    if (record.type === contentTypes.handshake) return this.pieces(record.content, false)
    if (record.type === contentTypes.alert) this.complaint = alertIn(record.content)?.name ?? this.complaint
    return true
  }

  /** The peer asks once more for what it was told, unless that was just now: nobody is to be sent more than was asked for. */
  repeat(): void {
    if (this.isOver || this.host.clock.nowMs() - this.sentMs < this.host.retransmitMs / 2) return
    this.transmitFlight()
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.end()
  }

  /** What comes next must be sealed: what is not may be anybody's, and is left lying. */
  protected abstract get awaitsSealed(): boolean

  /** What the next message means. */
  protected abstract heard(message: Message): void

  /** The next message of this side; it stands in the transcript from now on. */
  protected say(type: number, body: Uint8Array): Message {
    const message = messageOf(type, this.next, body)
    this.next += 1
    this.transcript.add(message.whole)
    return message
  }

  /** Sends what is said now, again and again until it is answered. */
  protected send(items: readonly FlightItem[], isAnswered = true): void {
    this.flight = items
    this.waitMs = this.host.retransmitMs
    this.transmitFlight()
    this.cancelRepeat()
    if (isAnswered) this.plan()
  }

  /** What was said is answered: the peer has nothing to ask for again. */
  protected forgetFlight(): void {
    this.flight = []
  }

  /** The keys are there: what comes in epoch 1 can be read. */
  protected protect({ suite, own, peers, peersConnectionId, ownConnectionId }: Protection): void {
    this.suite = suite
    this.sealed = RecordWriter.sealed(suite, own, peersConnectionId)
    this.reader = new RecordReader(suite, peers, ownConnectionId)
    const { early } = this
    this.early = []
    // Behind what is being heard.
    for (const record of early) this.host.clock.after(0, () => this.received(record))
  }

  /** Both know that the other knows. */
  protected establish(peer: PeerIdentity): void {
    const { suite, sealed, reader, flight } = this
    if (suite === null || sealed === null || reader === null) return
    this.end()
    const lastFlight = () => datagramsOf(flight, { plain: this.plain, sealed }, this.host.mtu)
    this.host.established({ ...peer, suite, writer: sealed, reader, lastFlight })
  }

  /** Ends it; the peer is told where it proved that it is there. */
  protected fail(reason: HandshakeFailure, detail: string, alert: Alert | null): void {
    if (this.isOver) return
    this.end()
    if (alert !== null) this.host.transmit(this.plain.write(contentTypes.alert, alertBody(alert)))
    this.host.failed(reason, detail)
  }

  private unsealed(record: DtlsRecord): boolean {
    if (this.reader === null) {
      if (this.early.length < dtlsLimits.earlyRecordsMax) this.early.push(copyOf(record))
      return true
    }
    const opened = this.reader.open(record)
    if (opened === null) {
      this.hasUndecryptable = true
      return false
    }
    if (opened.type === contentTypes.handshake) return this.pieces(opened.content, true)
    return true
  }

  private pieces(content: Buffer, isSealed: boolean): boolean {
    const pieces = piecesIn(content)
    if (pieces === null) return false
    const reassembly = isSealed ? this.reassemblyOfSealed() : this.reassembly
    let isUsed = false
    for (const piece of pieces) if (reassembly.add(piece)) isUsed = true
    while (!this.isOver && isSealed === this.awaitsSealed) {
      const message = reassembly.next()
      if (message === null) break
      this.heard(message)
    }
    const isOld = pieces.some(({ sequence }) => sequence < reassembly.awaited)
    if (!isUsed && isOld) this.repeat()
    return isUsed || isOld
  }

  /** Apart from what is not protected, which anybody may have sent. */
  private reassemblyOfSealed(): Reassembly {
    this.sealedReassembly ??= new Reassembly(this.reassembly.awaited)
    return this.sealedReassembly
  }

  private transmitFlight(): void {
    this.sentMs = this.host.clock.nowMs()
    const { plain, sealed, host } = this
    for (const datagram of datagramsOf(this.flight, { plain, sealed }, host.mtu)) host.transmit(datagram)
  }

  private plan(): void {
    this.cancelRepeat = this.host.clock.after(this.waitMs, () => {
      this.waitMs = Math.min(2 * this.waitMs, dtlsLimits.retransmitMsMax)
      this.transmitFlight()
      this.plan()
    })
  }

  private late(): void {
    const said = this.complaint === '' ? 'the peer says nothing' : `the peer says ${this.complaint}`
    this.fail(this.whyLate(this.hasUndecryptable), `not done in ${this.host.timeoutMs} ms; ${said}`, null)
  }

  /** What most likely is the matter with a peer that never came to the end; `hasUndecryptable`: it sealed something with other keys. */
  protected whyLate(hasUndecryptable: boolean): HandshakeFailure {
    return hasUndecryptable ? 'wrongKey' : 'timeout'
  }

  private end(): void {
    this.isOver = true
    this.cancelRepeat()
    this.cancelTimeout()
    this.early = []
  }
}

/** Datagrams are used again by whoever reads them. */
function copyOf(record: DtlsRecord): DtlsRecord {
  return {
    ...record,
    number: Buffer.from(record.number),
    connectionId: Buffer.from(record.connectionId),
    content: Buffer.from(record.content),
  }
}
