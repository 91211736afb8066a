import { randomBytes } from 'node:crypto'
import { alertBody } from './alerts.js'
import type { DtlsClock } from './clock.js'
import { Cookies } from './cookie.js'
import type { HandshakeFailure, HandshakeHost, Secured } from './handshake.js'
import { choiceFor } from './hello-choice.js'
import type { ClientHello } from './hellos.js'
import { clientHelloIn, helloVerifyBody } from './hellos.js'
import { dtlsLimits } from './limits.js'
import type { Message } from './messages.js'
import { messageOf, messageTypes, piecesIn } from './messages.js'
import type { ServerOptions } from './options.js'
import { serverIdentityOf } from './options.js'
import type { PeerAddress } from './path.js'
import { PeerPath } from './path.js'
import type { DtlsRecord } from './records.js'
import { contentTypes, recordOf, recordsIn } from './records.js'
import type { Greeting, ServerIdentity } from './server-handshake.js'
import { ServerHandshake } from './server-handshake.js'
import { DtlsSession } from './session.js'
import { Tally } from './tally.js'

/** What associations need of whoever has the socket. */
export interface AssociationsHost {
  readonly clock: DtlsClock
  transmit(datagram: Buffer, to: PeerAddress): void
  opened(session: DtlsSession): void
}

/** What is known of a session. */
interface Entry {
  /** Where its peer was when it began. */
  readonly host: string
  /** By which it is found: its peer's address, or the connection id that it was given. */
  readonly key: string | null
  readonly id: number | null
  readonly forgetFlight: () => void
}

/** A handshake under way. */
interface Meeting {
  readonly handshake: ServerHandshake
  readonly random: Buffer
  readonly connectionId: Buffer
  readonly host: string
}

/** Why something that came was dropped. */
type Dropped = 'badCookie' | 'noSuchSession' | 'malformed' | 'tooManyHandshakes' | 'tooManySessions' | 'notAuthentic'

/** Where a record came from. */
interface Arrival {
  readonly from: PeerAddress
  readonly key: string
  /** Of its datagram, its part. */
  readonly bytes: number
}

const none: Buffer = Buffer.alloc(0)

/**
 * All that a server has to do with its peers, without a socket. Of somebody who has not said the cookie nothing is kept, and it is
 * told less than it said.
 */
export class Associations {
  private readonly server: ServerIdentity
  private readonly cookies: Cookies
  private readonly meetings = new Map<string, Meeting>()
  private readonly meetingsPerHost: Tally
  private readonly sessions = new Map<DtlsSession, Entry>()
  private readonly sessionsPerHost: Tally
  /** Those whose peers write no connection id. */
  private readonly byAddress = new Map<string, DtlsSession>()
  private readonly byConnectionId = new Map<number, DtlsSession>()
  /** Connection ids of handshakes under way. */
  private readonly promised = new Set<number>()
  private readonly dropped = new Map<Dropped | HandshakeFailure, number>()
  private established = 0

  constructor(
    private readonly options: ServerOptions,
    private readonly host: AssociationsHost,
  ) {
    const { sessionsMax, sessionsPerHostMax, handshakesMax, handshakesPerHostMax } = dtlsLimits
    this.server = serverIdentityOf(options)
    this.cookies = new Cookies(host.clock.nowMs())
    this.meetingsPerHost = new Tally(handshakesMax, handshakesPerHostMax)
    this.sessionsPerHost = new Tally(
      options.maxSessions ?? sessionsMax,
      options.maxSessionsPerHost ?? sessionsPerHostMax,
    )
  }

  counters(): Record<string, number> {
    const dropped = Object.fromEntries(Array.from(this.dropped, ([why, count]) => [`dropped.${why}`, count]))
    const { sessions, meetings, established } = this
    return { sessions: sessions.size, handshakes: meetings.size, established, ...dropped }
  }

  received(datagram: Buffer, from: PeerAddress): void {
    const records = recordsIn(datagram, dtlsLimits.connectionIdBytes)
    if (records.length === 0) this.drop('malformed')
    const arrival = { from, key: `${from.address} ${from.port}`, bytes: datagram.length / records.length }
    for (const record of records) this.take(record, arrival)
  }

  close(): void {
    for (const key of [...this.meetings.keys()]) this.part(key)
    for (const session of [...this.sessions.keys()]) session.abandon('endpointClosed')
  }

  private take(record: DtlsRecord, arrival: Arrival): void {
    const greeting = record.epoch === 0 && record.type === contentTypes.handshake ? helloIn(record.content) : null
    if (greeting !== null) return this.greeted(greeting, record, arrival)
    if (record.epoch === 1 && this.isOfSession(record, arrival)) return
    const meeting = this.meetings.get(arrival.key)
    if (meeting === undefined) this.drop('noSuchSession')
    else if (!meeting.handshake.received(record)) this.drop('notAuthentic')
  }

  private isOfSession(record: DtlsRecord, { from, key, bytes }: Arrival): boolean {
    const hasId = record.type === contentTypes.withConnectionId
    const session = hasId ? this.byConnectionId.get(numberOf(record.connectionId)) : this.byAddress.get(key)
    if (session === undefined) return false
    const { address } = session.path
    const isThere = address.port === from.port && address.address === from.address
    return session.received(record, bytes, isThere ? null : () => session.path.move(from))
  }

  private greeted({ hello, message }: Greeted, record: DtlsRecord, arrival: Arrival): void {
    const { from, key } = arrival
    const nowMs = this.host.clock.nowMs()
    if (!this.cookies.isGood(key, hello, nowMs)) {
      if (hello.cookie.length > 0) this.drop('badCookie')
      return this.host.transmit(cookieRequest(this.cookies.of(key, hello, nowMs), record), from)
    }
    const known = this.meetings.get(key)
    if (known?.random.equals(hello.random)) return known.handshake.repeat()
    const choice = choiceFor(hello, {
      hasPsk: this.server.pskOf !== null,
      hasCertificate: this.server.certificate !== null,
    })
    if (choice === null) {
      this.drop('noCommonSuite')
      const alert = alertBody('handshakeFailure')
      return this.host.transmit(recordOf(contentTypes.alert, record.number, none, alert), from)
    }
    if (!this.sessionsPerHost.hasRoom(from.address)) return this.drop('tooManySessions')
    if (known !== undefined) this.part(key)
    if (!this.meetingsPerHost.hasRoom(from.address)) return this.drop('tooManyHandshakes')
    const connectionId = this.freeConnectionId()
    this.meet(arrival, { hello, message, sequence: record.sequence, choice, connectionId })
  }

  private meet(arrival: Arrival, greeting: Greeting): void {
    const { from, key } = arrival
    const { connectionId } = greeting
    const handshake = new ServerHandshake(this.handshakeHost(arrival, greeting), this.server, greeting)
    this.meetingsPerHost.enter(from.address)
    this.promised.add(numberOf(connectionId))
    this.meetings.set(key, { handshake, random: Buffer.from(greeting.hello.random), connectionId, host: from.address })
    handshake.begin()
  }

  private handshakeHost(arrival: Arrival, { choice, connectionId }: Greeting): HandshakeHost {
    const { options, host } = this
    const { from, key } = arrival
    return {
      clock: host.clock,
      mtu: options.mtu ?? dtlsLimits.mtu,
      retransmitMs: options.retransmit ?? dtlsLimits.retransmitMs,
      timeoutMs: options.handshakeTimeout ?? dtlsLimits.handshakeTimeoutMs,
      transmit: (datagram) => host.transmit(datagram, from),
      failed: (reason) => {
        this.part(key)
        this.drop(reason)
      },
      established: (secured) => {
        this.part(key)
        this.open(secured, arrival, choice.connectionId === null ? null : connectionId)
      },
    }
  }

  /** `connectionId`: what the peer writes into its records; null: nothing. */
  private open(secured: Secured, { from, key }: Arrival, connectionId: Buffer | null): void {
    const { host, options } = this
    const path = new PeerPath(from, options.mtu ?? dtlsLimits.mtu, (datagram, to) => host.transmit(datagram, to))
    const session: DtlsSession = new DtlsSession(secured, path, () => this.forget(session))
    const forgetFlight = host.clock.after(dtlsLimits.lastFlightMs, () => session.forgetLastFlight())
    const id = connectionId === null ? null : numberOf(connectionId)
    this.sessions.set(session, { host: from.address, key: id === null ? key : null, id, forgetFlight })
    this.sessionsPerHost.enter(from.address)
    if (id !== null) this.byConnectionId.set(id, session)
    else {
      this.byAddress.get(key)?.abandon('replaced')
      this.byAddress.set(key, session)
    }
    this.established += 1
    host.opened(session)
  }

  private forget(session: DtlsSession): void {
    const entry = this.sessions.get(session)
    if (entry === undefined) return
    const { host, key, id, forgetFlight } = entry
    forgetFlight()
    this.sessions.delete(session)
    this.sessionsPerHost.leave(host)
    if (id !== null) this.byConnectionId.delete(id)
    if (key !== null) this.byAddress.delete(key)
  }

  /** One that nobody has. */
  private freeConnectionId(): Buffer {
    for (;;) {
      const id = randomBytes(dtlsLimits.connectionIdBytes)
      const isTaken = this.byConnectionId.has(numberOf(id)) || this.promised.has(numberOf(id))
      if (!isTaken) return id
    }
  }

  private part(key: string): void {
    const meeting = this.meetings.get(key)
    if (meeting === undefined) return
    meeting.handshake.abandon()
    this.meetings.delete(key)
    this.promised.delete(numberOf(meeting.connectionId))
    this.meetingsPerHost.leave(meeting.host)
  }

  private drop(why: Dropped | HandshakeFailure): void {
    this.dropped.set(why, (this.dropped.get(why) ?? 0) + 1)
  }
}

/** A hello that came as a whole. */
interface Greeted {
  readonly hello: ClientHello
  readonly message: Message
}

/** Null: it is none. One in pieces is not put together, since nothing is kept of who has not said the cookie. */
function helloIn(content: Buffer): Greeted | null {
  const [piece, ...more] = piecesIn(content) ?? []
  if (piece === undefined || more.length > 0 || piece.type !== messageTypes.clientHello) return null
  const { type, sequence, bytes, length } = piece
  const hello = bytes.length === length ? clientHelloIn(bytes) : null
  return hello && { hello, message: messageOf(type, sequence, bytes) }
}

/** Shorter than any hello. It has the number of the record that it answers. RFC 6347 §4.2.1 */
function cookieRequest(cookie: Buffer, { number }: DtlsRecord): Buffer {
  const message = messageOf(messageTypes.helloVerifyRequest, 0, helloVerifyBody(cookie))
  return recordOf(contentTypes.handshake, number, none, message.whole)
}

const numberOf = (connectionId: Buffer): number => connectionId.readUIntBE(0, dtlsLimits.connectionIdBytes)
