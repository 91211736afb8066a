import type { Attributes, ClientMessage, GatewayMessage, Position, ValueType } from '../../core/index.js'
import type { GatewayDoor } from '../../net/transport-module.js'
import type { Ear } from './ear.js'

/** An update as an application would see it: deltas applied, numbers absolute, the path known. */
export interface HeardUpdate {
  readonly kind: 'update'
  readonly topicId: number
  readonly path: string
  readonly value: Uint8Array
  readonly type: ValueType
  readonly offset: number
  readonly timeMs: number
  readonly attributes: Attributes | null
  readonly hasValue: boolean
  readonly isSnapshot: boolean
  readonly isRemoved: boolean
  readonly isGap: boolean
  readonly isDelta: boolean
}

/** Where the gateway says that the reader stands, because something older than the newest update is held back. */
export interface HeardPosition {
  readonly kind: 'position'
  readonly position: Position
}

/** Anything that a peer hears, free of any dialect. */
export type Heard = HeardUpdate | HeardPosition | GatewayMessage

/** A test peer's end of one link. It speaks the medium's dialect and acknowledges what it read, as the medium demands. */
export interface Wire {
  send(message: ClientMessage): void
  /** Says what nobody can understand; a medium that carries no bytes has none of it, and exempts the case. */
  sendGarbage?(): void
  /** Stops reading: what arrives from now on waits, unacknowledged. */
  stall(): void
  /** Reads what has waited, and whatever comes from now on. */
  unstall(): void
  /** The network fails: neither end says goodbye, and what was not read is lost. */
  cut(): void
  /** Leaves as the medium provides for, without a `bye`. */
  close(): void
}

/** A transport that runs in front of a gateway. */
export interface Listening {
  /** Opens a link for a peer. What it hears goes to the ear, which also has what the peer holds from earlier links. */
  dial(ear: Ear): Promise<Wire>
  /** Asks one thing without a session, as a principal named `anonymous`; only where the harness serves requests. */
  ask?(message: ClientMessage): Promise<GatewayMessage>
  /** Ends the transport; core has closed the links by then. */
  close(): Promise<void>
}

/** What `transports/NAME/harness.ts` exports as `harness`: all that the conformance suite needs to know of a medium. */
export interface TransportHarness {
  /** Which halves of the suite apply: links with a session, and requests without one. */
  readonly serves: { readonly streams: boolean; readonly requests: boolean }
  /** `simulated`: nothing happens but in calls, so that time may stand still. `real`: there are sockets to wait for. */
  readonly time: 'simulated' | 'real'
  /** Cases that cannot hold here, by name, each with its reason. */
  readonly exempt: Readonly<Record<string, string>>
  /** Starts the transport in front of this gateway. */
  create(gateway: GatewayDoor, frameBytesMax: number): Promise<Listening>
}
