import type { MqttVersion, PacketWriter } from '../../codecs/mqtt/index.js'
import type { Link, LinkOwner } from '../../core/index.js'
import type { Slice } from '../../net/index.js'
import type { AliasTable } from './alias-table.js'
import type { MqttOptions } from './options.js'
import type { PublishFrames } from './publish-frames.js'
import type { TermsPool } from './terms-pool.js'

/** Of whom and why; empty where there is nothing to say. */
export interface Noted {
  readonly peer: string
  readonly clientId: string
  readonly why: string
}

/** Where links come from: one for all of them. */
export interface LinkHost {
  readonly options: MqttOptions
  /** Longest packet that a client may send. */
  readonly packetBytesMax: number
  readonly frames: Readonly<Record<MqttVersion, PublishFrames>>
  readonly terms: TermsPool
  readonly aliases: AliasTable
  readonly slice: Slice
  /** What must not be said twice waits until a store has it. */
  readonly answersWait: boolean
  /** For what one link says in one go; nobody else writes meanwhile. */
  readonly writer: PacketWriter
  /** The gateway's time: milliseconds since 1970-01-01 UTC. */
  timeMs(): number
  attach(link: Link, peer: string): LinkOwner
  /** Something was not done as the peer asked, and it is not told. */
  count(what: 'droppedMislabelled' | 'expired' | 'packetTooLarge'): void
  /** Tells the operator what no client says of itself: in the log, once in ten seconds for each address and text. */
  note(text: string, about: Noted): void
}
