import type { Authorizer, Principal } from '../access.js'
import type { Clock } from '../clock.js'
import type { Job } from '../flow/turns.js'
import { pace } from '../limits.js'
import type { Administer, ClientMessage, GatewayMessage, Publish } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import type { Counts } from './counts.js'
import type { Fetches } from './fetches.js'
import { PathMap } from './path-map.js'
import type { Requester } from './requester.js'
import { answeringJob } from './requester.js'
import { Rights } from './rights.js'
import type { Writes } from './writes.js'

/** What requests without a session need of the gateway. */
export interface CallersHost {
  readonly clock: Clock
  readonly writes: Writes
  readonly fetches: Fetches
  readonly counts: Counts
  addJob(job: Job): void
  failed(error: unknown, session: null): void
  administer(message: Administer, requester: Requester): void
}

/** Carries out requests of those who have no session: same rights and limits, one answer each. */
export class Callers {
  private readonly host: CallersHost
  private readonly authorizer: Authorizer

  constructor(host: CallersHost, authorizer: Authorizer) {
    this.host = host
    this.authorizer = authorizer
  }

  request(principal: Principal, message: ClientMessage, reply: (message: GatewayMessage) => void): void {
    const rights = new Rights(this.authorizer, principal)
    const counted = (answer: GatewayMessage) => {
      this.host.counts.answered(answer)
      reply(answer)
    }
    const failed = (error: unknown) => this.host.failed(error, null)
    const addJob = (job: Job, request: number) => this.begin(answeringJob(job, request, counted, failed))
    const requester = { sessionId: '', rights, paths: new PathMap(principal.rootPath), reply: counted, addJob }
    switch (message.kind) {
      case 'publish':
        return this.publish(message, requester)
      case 'create':
        return this.host.writes.create(message, requester)
      case 'remove':
        return this.host.writes.remove(message, requester)
      case 'fetch':
        return this.host.fetches.fetch(message, requester)
      case 'administer':
        return this.host.administer(message, requester)
      default: {
        const refusal = refuse('unsupported', `${message.kind} needs a session`)
        return counted({ kind: 'refused', request: 'request' in message ? message.request : 0, refusal })
      }
    }
  }

  /** What is done soon, as to fetch one topic is, is answered within the call. */
  private begin(job: Job): void {
    if (!job(this.host.clock.nowMs() + pace.atOnceMs)) this.host.addJob(job)
  }

  private publish(message: Publish, requester: Requester): void {
    const { sequence, path } = message
    const refused = (refusal: Refusal) => requester.reply({ kind: 'publishRefused', sequence, refusal })
    if (path === null) return refused(refuse('unknownAlias', 'a request has no aliases'))
    const objection = this.host.writes.objectionTo(path, requester)
    if (objection) return refused(objection)
    const accepted = (offset: number, previous: number) =>
      requester.reply({ kind: 'accepted', sequence, version: { offset, previous } })
    this.host.writes.publish(message, requester.paths.inward(path), 0, requester, { accepted, refused })
  }
}
