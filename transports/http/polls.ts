import type { Credentials } from '../../core/index.js'
import type { GatewayDoor } from '../../net/index.js'
import { matchesWeakly } from './entity-tags.js'
import type { Exchange } from './exchange.js'
import { pollLimits } from './limits.js'
import { PollLink } from './poll-link.js'
import { problem, strangerProblem } from './problems.js'
import { durationMs } from './properties.js'
import { fetchOne, noSuchTopic } from './topic-reads.js'
import type { ValueAnswers, ValuedTopic } from './value-answers.js'
import { conditionIn } from './value-answers.js'
import type { VersionTags } from './version-tags.js'

/** What polls need. */
export interface PollsHost {
  readonly gateway: GatewayDoor
  readonly tags: VersionTags
  readonly values: ValueAnswers
  credentialsOf(exchange: Exchange): Credentials | null
}

/**
 * Requests that wait for a change, `?wait=30s`. Each reads its topic by a short session of its own, so that nothing is asked twice in
 * vain, and rights, limits and the end of the gateway hold as for every reader.
 */
export class Polls {
  private readonly byPrincipal = new Map<string, number>()
  /** Requests that waited, and those of them that do no more. */
  begun = 0
  ended = 0

  constructor(private readonly host: PollsHost) {}

  /** Answers at once where the topic is not what the client holds, else when it changes, or when the time is over. */
  wait(exchange: Exchange, path: string, wait: string): void {
    const waitMs = wait === '0s' ? 0 : durationMs(wait)
    if (waitMs === null) return exchange.fail(problem('invalidQuery', 'wait: expected a duration such as 500ms or 30s'))
    const held = conditionIn(exchange, 'if-none-match')
    if (typeof held === 'string') return exchange.fail(problem('invalidCondition', held))
    fetchOne(exchange, path, (topic) => {
      const isWaiting =
        topic === null
          ? held === null
          : held !== null && matchesWeakly(held, this.host.tags.of(path, topic.version).tag)
      if (!isWaiting || waitMs === 0) return this.answer(exchange, path, topic)
      this.begin(exchange, path, { offset: topic?.version.offset ?? 0, waitMs: Math.min(waitMs, pollLimits.waitMsMax) })
    })
  }

  private answer(exchange: Exchange, path: string, topic: ValuedTopic | null): void {
    if (topic === null) exchange.fail(noSuchTopic)
    else this.host.values.answer(exchange, topic, this.host.tags.of(path, topic.version))
  }

  private begin(exchange: Exchange, path: string, { offset, waitMs }: { offset: number; waitMs: number }): void {
    const { gateway } = this.host
    // Its client left while it was being found out who it is.
    if (exchange.response.destroyed) return exchange.giveUp()
    const credentials = this.host.credentialsOf(exchange)
    const owner = exchange.principal.name
    const own = this.byPrincipal.get(owner) ?? 0
    const isFull = this.begun - this.ended >= pollLimits.pollsMax || own >= pollLimits.pollsPerPrincipalMax
    if (isFull || credentials === null) return exchange.fail(tooMany)
    this.counted(owner, 1)
    const link = new PollLink(offset, (outcome) => {
      cancel()
      this.counted(owner, -1)
      exchange.attempt(() => {
        if (outcome.kind === 'changed') fetchOne(exchange, path, (topic) => this.answer(exchange, path, topic))
        else exchange.fail(outcome.kind === 'closed' ? strangerProblem(outcome.reason) : outcome.problem)
      })
    })
    const cancel = gateway.clock.after(waitMs, () => link.end({ kind: 'changed' }))
    // Whoever hangs up waits no more.
    exchange.response.once('close', () => link.end({ kind: 'changed' }))
    link.read(gateway, path, credentials)
  }

  private counted(owner: string, change: number): void {
    if (change > 0) this.begun += 1
    else this.ended += 1
    const own = (this.byPrincipal.get(owner) ?? 0) + change
    if (own === 0) this.byPrincipal.delete(owner)
    else this.byPrincipal.set(owner, own)
  }
}

const tooMany = problem('tooManyRequests', 'too many requests wait already: ask without wait', { 'retry-after': '5' })
