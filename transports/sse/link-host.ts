import type { Link, LinkOwner } from '../../core/index.js'
import type { Outgoing, PeerInfo } from '../../net/index.js'
import type { FrameMakers } from './frames.js'
import type { Heartbeat } from './heartbeat.js'

/** Where links come from: one for all of them. */
export interface LinkHost {
  readonly frames: FrameMakers
  readonly outgoing: Outgoing
  readonly heartbeat: Pick<Heartbeat, 'add'>
  readonly retryMs: number
  attach(link: Link, peer: PeerInfo): LinkOwner
  /** A stream that had begun, or was to, is over. */
  ended(peer: PeerInfo): void
}
