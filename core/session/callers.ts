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

/** What is known of a principal from request to request. */
interface Known {
  readonly rights: Rights
  readonly paths: PathMap
}

/** Carries out requests of those who have no session: same rights and limits, one answer each. */
export class Callers {
  private readonly host: CallersHost
  private readonly authorizer: Authorizer
  /** By the object that whoever asks passes each time: what it may read is remembered with its rights. */
  private readonly known = new WeakMap<Principal, Known>()

  constructor(host: CallersHost, authorizer: Authorizer) {
    this.host = host
    this.authorizer = authorizer
  }

  request(principal: Principal, message: ClientMessage, reply: (message: GatewayMessage) => void): void {
    const requester = new Caller(this.host, this.knownOf(principal), reply)
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
        return requester.reply({ kind: 'refused', request: 'request' in message ? message.request : 0, refusal })
      }
    }
  }

  private knownOf(principal: Principal): Known {
    const known = this.known.get(principal)
    if (known) return known
    const made = { rights: new Rights(this.authorizer, principal), paths: new PathMap(principal.rootPath) }
    this.known.set(principal, made)
    return made
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

/** Who asks once. */
class Caller implements Requester {
  readonly sessionId = ''
  readonly rights: Rights
  readonly paths: PathMap
  private readonly host: CallersHost
  private readonly answer: (message: GatewayMessage) => void

  constructor(host: CallersHost, { rights, paths }: Known, answer: (message: GatewayMessage) => void) {
    this.host = host
    this.rights = rights
    this.paths = paths
    this.answer = answer
  }

  reply(message: GatewayMessage): void {
    this.host.counts.answered(message)
    this.answer(message)
  }

  /** What is done soon, as to fetch one topic is, is answered within the call. */
  addJob(job: Job, request: number): void {
    const reply = (message: GatewayMessage) => this.reply(message)
    const answering = answeringJob(job, request, reply, (error) => this.host.failed(error, null))
    if (!answering(this.host.clock.nowMs() + pace.atOnceMs)) this.host.addJob(answering)
  }
}
