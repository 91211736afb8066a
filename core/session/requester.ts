import type { Job } from '../flow/turns.js'
import type { GatewayMessage } from '../messages.js'
import type { PathMap } from './path-map.js'
import type { Rights } from './rights.js'

/** On whose behalf a request is carried out, and where its answer goes: a session, or a caller without one. */
export interface Requester {
  /** Empty: no session. */
  readonly sessionId: string
  readonly rights: Rights
  readonly paths: PathMap
  reply(message: GatewayMessage): void
  /** Work that takes longer than a call and ends with the answer. */
  addJob(job: Job): void
}
