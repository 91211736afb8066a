import type { Job } from '../flow/turns.js'
import type { GatewayMessage } from '../messages.js'
import { refuse } from '../refusals.js'
import type { PathMap } from './path-map.js'
import type { Rights } from './rights.js'

/** On whose behalf a request is carried out, and where its answer goes: a session, or a caller without one. */
export interface Requester {
  /** Empty: no session. */
  readonly sessionId: string
  readonly rights: Rights
  readonly paths: PathMap
  reply(message: GatewayMessage): void
  /** Work that takes longer than a call and ends with the answer to this request. */
  addJob(job: Job, request: number): void
}

/** What a requester is told of a mistake of ours. */
export const ourMistake = 'an internal error; the log of the gateway has it'

/** The job, made to answer also where it fails, so that nobody waits for ever: our own mistake is told, and the request refused. */
export function answeringJob(
  job: Job,
  request: number,
  reply: (message: GatewayMessage) => void,
  failed: (error: unknown) => void,
): Job {
  return (deadlineMs) => {
    try {
      return job(deadlineMs)
    } catch (error) {
      failed(error)
      reply({ kind: 'refused', request, refusal: refuse('unsupported', ourMistake) })
      return true
    }
  }
}
