import type { Clock } from '../clock.js'
import type { Job } from '../flow/turns.js'
import { pace } from '../limits.js'
import type { LogRecord, Ticket, UpdateLog } from '../log/update-log.js'
import type { Create, Publish, Remove } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import { goesWhenCleared, isClearing } from '../topics/handlings.js'
import type { Selector } from '../topics/selector.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import { TreeWalk } from '../topics/tree-walk.js'
import { reservedProblem } from './path-map.js'
import type { Requester } from './requester.js'

/** What writing needs of the gateway. */
export interface WritesHost {
  readonly clock: Clock
  readonly log: UpdateLog
  readonly topics: Topics
  /** `isTold`: readers of messages need not be told. */
  removeTopic(topic: Topic, isTold: boolean): void
}

/** A record nobody waits for. */
export const unasked: Ticket = { accepted: () => undefined, refused: () => undefined }

/** Carries out what clients ask to be changed: rights first, then the log. */
export class Writes {
  private readonly host: WritesHost

  constructor(host: WritesHost) {
    this.host = host
  }

  /** Appends a publish to the path (the gateway's own); the topic's id is a short cut where known. */
  publish(message: Publish, path: string, topicId: number, requester: Requester, ticket: Ticket): void {
    const { clock, log } = this.host
    const nowMs = clock.timeMs()
    const { expect } = message
    if (expect?.kind === 'version' && expect.epoch !== log.epoch) {
      return ticket.refused(refuse('conditionFailed', 'the expected version is of another epoch'))
    }
    this.append(
      {
        kind: 'value',
        path,
        topicId,
        value: message.value,
        type: message.type,
        merge: message.merge,
        timeMs: message.timeMs || nowMs,
        acceptedMs: nowMs,
        expiresAtMs: message.lifetimeMs > 0 ? nowMs + message.lifetimeMs : 0,
        publisher: requester.rights.principal.name,
        sessionId: requester.sessionId,
        attributes: message.attributes,
        handling: message.handling,
        expect,
        properties: message.properties,
      },
      isClearing(message) ? this.clearing(path, ticket) : ticket,
    )
  }

  /** Where there is no room for one more topic, one goes that was there for passing messages only. [SEM 4.8] */
  private append(record: LogRecord, ticket: Ticket): void {
    const outgoing = this.host.topics.outgoingFor(record)
    if (outgoing) this.host.removeTopic(outgoing, true)
    this.host.log.append(record, ticket)
  }

  /** Once those who are there were told by the empty message, the topic goes. [SEM 4.5] */
  private clearing(path: string, ticket: Ticket): Ticket {
    const accepted = (offset: number, previous: number) => {
      ticket.accepted(offset, previous)
      const topic = this.host.topics.tree.find(path)
      if (!topic || !goesWhenCleared(topic.properties)) return
      const timeMs = this.host.clock.timeMs()
      this.host.log.append({ kind: 'remove', path, timeMs, ifOffset: offset, isTold: true, remover: null }, unasked)
    }
    return { accepted, refused: (refusal) => ticket.refused(refusal) }
  }

  /** A value of the gateway's own, which nobody else may write. [SEM 5.2] */
  announce(path: string, value: Uint8Array): void {
    const nowMs = this.host.clock.timeMs()
    const whose = { publisher: '', sessionId: '', properties: null, expect: null, attributes: null, handling: null }
    const when = { timeMs: nowMs, acceptedMs: nowMs, expiresAtMs: 0 }
    this.host.log.append(
      { kind: 'value', path, topicId: 0, value, type: 'string', merge: false, ...when, ...whose },
      unasked,
    )
  }

  /** Why this requester may not publish to this path of its own view. */
  objectionTo(outwardPath: string, requester: Requester): Refusal | null {
    const reserved = reservedProblem(outwardPath)
    if (reserved) return reserved
    return requester.rights.may('publish', requester.paths.inward(outwardPath)) ? null : refuse('forbidden')
  }

  create(message: Create, requester: Requester): void {
    const { clock } = this.host
    const { request } = message
    const refused = (refusal: Refusal) => requester.reply({ kind: 'refused', request, refusal })
    const objection = this.objectionTo(message.path, requester)
    if (objection) return refused(objection)
    const accepted = () => requester.reply({ kind: 'done', request, count: 1 })
    this.append(
      {
        kind: 'create',
        path: requester.paths.inward(message.path),
        properties: message.properties,
        timeMs: clock.timeMs(),
        publisher: requester.rights.principal.name,
        sessionId: requester.sessionId,
      },
      { accepted, refused },
    )
  }

  /** Removes what the selector matches and the requester may remove, a little each turn. */
  remove(message: Remove, requester: Requester): void {
    const { request } = message
    const parsed = requester.paths.inwardSelector(message.selector)
    if (parsed.kind === 'malformed') {
      return requester.reply({
        kind: 'refused',
        request,
        refusal: refuse('invalidSelector', `${parsed.why} (at ${parsed.at})`),
      })
    }
    if (requester.rights.coverage('remove', parsed.selector.text) === 'none') {
      return requester.reply({ kind: 'refused', request, refusal: refuse('forbidden') })
    }
    requester.addJob(
      this.removal(parsed.selector, requester, (count) => requester.reply({ kind: 'done', request, count })),
      request,
    )
  }

  private removal(selector: Selector, requester: Requester, done: (count: number) => void): Job {
    const { topics, clock } = this.host
    const walk = new TreeWalk(topics.tree, selector)
    const tally = new RemovalTally(done)
    let isPartly = false
    const removeOne = (topic: Topic): boolean => {
      if (!isPartly || requester.rights.may('remove', topic.path)) this.removeTopic(topic, requester, tally.ticket())
      return true
    }
    return (deadlineMs) => {
      // Asked each turn: rights may change between two of them.
      isPartly = requester.rights.coverage('remove', selector.text) !== 'all'
      let isComplete = false
      while (!isComplete && clock.nowMs() < deadlineMs) isComplete = walk.step(pace.walkNodesPerStep / 8, removeOne)
      if (isComplete) tally.end()
      return isComplete
    }
  }

  private removeTopic(topic: Topic, { rights }: Requester, ticket: Ticket): void {
    const { log, clock } = this.host
    const remover = rights.mayAdminister() ? null : rights.principal.name
    const timeMs = clock.timeMs()
    log.append({ kind: 'remove', path: topic.path, timeMs, ifOffset: topic.offset, isTold: false, remover }, ticket)
  }
}

/** Counts the topics that went, and tells how many once the log has answered for all. */
class RemovalTally {
  private readonly done: (count: number) => void
  private count = 0
  private pending = 0
  private isEnded = false

  constructor(done: (count: number) => void) {
    this.done = done
  }

  /** For one more removal. */
  ticket(): Ticket {
    this.pending += 1
    return { accepted: () => this.settled(1), refused: () => this.settled(0) }
  }

  /** There are no more. */
  end(): void {
    this.isEnded = true
    if (this.pending === 0) this.done(this.count)
  }

  private settled(count: number): void {
    this.count += count
    this.pending -= 1
    if (this.isEnded && this.pending === 0) this.done(this.count)
  }
}
