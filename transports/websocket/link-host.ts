import type { Flights, Link, LinkOwner } from '../../core/index.js'
import type { Outgoing, Slice } from '../../net/index.js'
import type { Frames } from './frames.js'
import type { Terms } from './terms.js'

/** Where links come from: one for all of them. */
export interface LinkHost {
  readonly frames: Frames
  readonly outgoing: Outgoing
  readonly flights: Flights
  readonly slice: Slice
  readonly terms: Terms
  attach(link: Link, peer: string): LinkOwner
  /** A link's socket is gone. */
  ended(): void
}
