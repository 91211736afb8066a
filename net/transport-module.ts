import type {
  ClientMessage,
  Clock,
  Credentials,
  GatewayMessage,
  Identified,
  Link,
  LinkOwner,
  Principal,
} from '../core/index.js'
import type { HttpListener } from './http-listener.js'

/** What a transport needs of the gateway. */
export interface GatewayDoor {
  /** The time that lives of messages are counted in. */
  readonly clock: Clock
  /** The life of the log in which offsets count. [SEM 1.2] */
  readonly epoch: string
  /** Answers, and what must not be said twice, wait until a store has what they say: `LinkOwner.stored`. */
  readonly answersWait: boolean
  /** Called for each new link; the first message handed to the owner must be a `hello`. */
  attach(link: Link, medium: string, peer: string): LinkOwner
  /** Who it is that asks without a link: `answer` is called once, now or in bounded time. */
  identify(credentials: Credentials, answer: (identified: Identified) => void): void
  /** For transports without a stream: same rights and limits, no session. `reply` is called once, now or later. */
  request(principal: Principal, message: ClientMessage, reply: (message: GatewayMessage) => void): void
}

/** Where a transport notes what an operator should know; shaped like pino. */
export interface TransportLog {
  info(fields: Readonly<Record<string, unknown>>, text: string): void
  warn(fields: Readonly<Record<string, unknown>>, text: string): void
}

/** What every transport is given. */
export interface TransportServices {
  readonly gateway: GatewayDoor
  /** The shared listener. Whoever made it closes it. */
  readonly http: HttpListener
  readonly log: TransportLog
  /** The gateway's own bound on what comes in one piece, bytes, as the welcome says it: more need not be taken in. */
  readonly frameBytesMax: number
}

/** One medium that is listened on. */
export interface Transport {
  /** Starts to take connections. One line per listener for the operator: "websocket ws://127.0.0.1:8080/ws". */
  listen(): Promise<readonly string[]>
  /** Takes no new connections. Links are closed by core. */
  close(): Promise<void>
  /** Reads what stands in files beside the configuration again, such as certificates, for new connections. What cannot be used, in words; then the former stays. */
  reload?(): readonly string[]
  /** Refused by reason, and whatever else is worth counting; read when scraped. */
  counters?(): Record<string, number>
}

/** What the folder of a transport exports as `transport`. */
export interface TransportModule<Options> {
  /** Reads the section `transports.NAME` of the configuration; throws `OptionError`. Relative paths begin at `folder`, or where the process runs. */
  parseOptions(section: unknown, folder?: string): Options
  create(options: Options, services: TransportServices): Transport
}
