import type { Limits } from '../limits.js'
import type { Publish } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import type { Topics } from '../topics/topics.js'
import type { Alias } from './aliases.js'
import { Aliases } from './aliases.js'
import type { Publisher } from './publish-ticket.js'
import { PublishTicket } from './publish-ticket.js'
import type { Requester } from './requester.js'
import { ourMistake } from './requester.js'
import { SequenceWindow } from './sequence-window.js'
import type { Writes } from './writes.js'

/** What publishing needs of the gateway. */
export interface PublishesHost {
  readonly limits: Limits
  readonly topics: Topics
  readonly writes: Writes
}

/** What one session publishes: which of it came before, by which aliases, and what became of it. [SEM 4.3] */
export class Publishes implements Publisher {
  readonly sequences = new SequenceWindow()
  /** How many the log took. */
  accepted = 0
  private readonly host: PublishesHost
  private readonly requester: Requester
  private aliases: Aliases | null = null
  /** For publishes without a sequence; null: there was none yet. */
  private quiet: PublishTicket | null = null

  constructor(host: PublishesHost, requester: Requester) {
    this.host = host
    this.requester = requester
  }

  /** There is another link: aliases live as long as one. */
  linked(): void {
    this.aliases = null
  }

  /** Carries a publish out, or answers it once more. */
  publish(message: Publish): void {
    const { sequence } = message
    // A repeated one binds its alias all the same: those after it use it.
    const alias = this.aliasOf(message)
    const judged = sequence === 0 ? 'new' : this.sequences.judge(sequence)
    if (judged === 'pending') return
    if (judged === 'answered') return this.answerAgain(sequence)
    if (judged === 'stale') return this.refusePublish(sequence, refuse('staleSequence'))
    const path = alias ? alias.path : message.path
    if (path === null) return this.refusePublish(sequence, refuse('unknownAlias', `alias ${message.alias}`))
    if (sequence > 0) this.sequences.begin(sequence)
    const ticket = this.ticketFor(sequence)
    try {
      this.write(message, path, alias, ticket)
    } catch (error) {
      // Else a repeated one would be told that it was accepted.
      if (sequence > 0 && !ticket.isAnswered) this.sequences.refused(sequence, refuse('unsupported', ourMistake))
      throw error
    }
    if (sequence > 0 && !ticket.isAnswered) this.sequences.awaits(sequence)
  }

  private write(message: Publish, path: string, alias: Alias | null, ticket: PublishTicket): void {
    const objection = alias ? this.aliasObjection(alias) : this.host.writes.objectionTo(path, this.requester)
    if (objection) return ticket.refused(objection)
    const topicId = alias && this.host.topics.topicOf(alias.topicId) ? alias.topicId : 0
    const inward = alias ? alias.path : this.requester.paths.inward(path)
    this.host.writes.publish(message, inward, topicId, this.requester, ticket)
    if (alias && topicId === 0) alias.topicId = this.host.topics.tree.find(alias.path)?.id ?? 0
  }

  /** The log has it. */
  published(sequence: number, offset: number, previous: number): void {
    this.accepted += 1
    if (sequence === 0) return
    this.sequences.accepted(sequence)
    this.requester.reply({ kind: 'accepted', sequence, version: { offset, previous } })
  }

  private ticketFor(sequence: number): PublishTicket {
    if (sequence > 0) return new PublishTicket(this, sequence)
    this.quiet ??= new PublishTicket(this, 0)
    return this.quiet
  }

  /** The alias that the message binds or uses; null where it uses none. Its path is the gateway's own. */
  private aliasOf(message: Publish): Alias | null {
    const { alias, path } = message
    if (alias === 0) return null
    this.aliases ??= new Aliases(this.host.limits, this.requester.paths)
    return path === null ? this.aliases.get(alias) : this.aliases.bind(alias, path)
  }

  private aliasObjection(alias: Alias): Refusal | null {
    const generation = this.requester.rights.generationNow
    if (alias.generation !== generation) {
      alias.refusal = this.host.writes.objectionTo(this.requester.paths.outward(alias.path), this.requester)
      alias.generation = generation
    }
    return alias.refusal
  }

  /** Which version an accepted one became is not remembered. [SEM 4.3] */
  private answerAgain(sequence: number): void {
    const refusal = this.sequences.refusalOf(sequence)
    if (refusal) this.refusePublish(sequence, refusal)
    else this.requester.reply({ kind: 'accepted', sequence, version: { offset: 0, previous: 0 } })
  }

  /** A refused publish is done with, too: repeated it is answered as it was. One by an unknown alias is not: it may come with its path. */
  refuseForGood(sequence: number, refusal: Refusal): void {
    if (sequence > 0) this.sequences.refused(sequence, refusal)
    this.refusePublish(sequence, refusal)
  }

  private refusePublish(sequence: number, refusal: Refusal): void {
    this.requester.reply({ kind: 'publishRefused', sequence, refusal })
  }
}
