import { parseVersion } from '../../codecs/position/index.js'
import type { Expectation, Publish } from '../../core/index.js'
import type { Tags } from './entity-tags.js'
import { matchesStrongly, matchesWeakly } from './entity-tags.js'
import type { Exchange } from './exchange.js'
import { httpLimits } from './limits.js'
import { problem } from './problems.js'
import { fetchOne, problemIn } from './topic-reads.js'
import type { ValuedTopic } from './value-answers.js'
import { conditionIn, notThatVersion } from './value-answers.js'
import type { VersionTags } from './version-tags.js'

/** What is published, without the conditions. */
export type Content = Pick<Publish, 'value' | 'type' | 'merge' | 'attributes' | 'properties' | 'lifetimeMs' | 'timeMs'>

/** What must hold for a write. */
export interface Conditions {
  readonly match: Tags | null
  readonly noneMatch: Tags | null
}

/** A value and nothing else. */
export const bareContent = {
  type: null,
  merge: false,
  attributes: null,
  properties: null,
  lifetimeMs: 0,
  timeMs: 0,
} as const

/** The conditions of a write; null: they cannot be read, and the client was told. */
export function conditionsOf(exchange: Exchange): Conditions | null {
  const [match, noneMatch] = [conditionIn(exchange, 'if-match'), conditionIn(exchange, 'if-none-match')]
  const wrong = typeof match === 'string' ? match : typeof noneMatch === 'string' ? noneMatch : datedWrong(exchange)
  if (wrong !== null) exchange.fail(problem('invalidCondition', wrong))
  return typeof match === 'string' || typeof noneMatch === 'string' || wrong !== null ? null : { match, noneMatch }
}

/** Several writes fit into one second: a date cannot say which is meant. */
function datedWrong(exchange: Exchange): string | null {
  return exchange.field('if-unmodified-since') === null
    ? null
    : 'if-unmodified-since: a date is too coarse: use if-match'
}

/** Whether the topic, null if there is none, is as the conditions demand. RFC 9110 §13.2.2 */
export function areMet({ match, noneMatch }: Conditions, topic: ValuedTopic | null, tag: string): boolean {
  if (match !== null && (topic === null || !matchesStrongly(match, tag))) return false
  return noneMatch === null || topic === null || !matchesWeakly(noneMatch, tag)
}

/** Publishes to a topic under the conditions, and says what came of it: 201 with a new topic, else 204. */
export class TopicWrite {
  private attempts = 0

  constructor(
    private readonly exchange: Exchange,
    private readonly path: string,
    private readonly tags: VersionTags,
  ) {}

  /** Conditions that core compares itself go with the publish; others are compared here, and the version that was seen goes with it. */
  publish(content: Content, conditions: Conditions): void {
    const expect = expectationOf(conditions)
    if (expect === 'impossible') return this.exchange.fail(notThatVersion)
    if (expect !== 'seen') return this.send(content, expect, () => this.exchange.fail(notThatVersion))
    fetchOne(this.exchange, this.path, (topic) => {
      const tag = topic === null ? '' : this.tags.of(this.path, topic.version).tag
      if (!areMet(conditions, topic, tag)) return this.exchange.fail(notThatVersion)
      this.send(content, this.seen(topic), () => this.again(() => this.publish(content, conditions)))
    })
  }

  /** Publishes what `change` makes of the current value; null: it has told the client why not. */
  edit(conditions: Conditions, change: (topic: ValuedTopic | null) => Content | null): void {
    fetchOne(this.exchange, this.path, (topic) => {
      const tag = topic === null ? '' : this.tags.of(this.path, topic.version).tag
      if (!areMet(conditions, topic, tag)) return this.exchange.fail(notThatVersion)
      const content = change(topic)
      if (content === null) return
      this.send(content, this.seen(topic), () => this.again(() => this.edit(conditions, change)))
    })
  }

  private seen(topic: ValuedTopic | null): Expectation {
    return topic === null
      ? { kind: 'absent' }
      : { kind: 'version', epoch: this.tags.epoch, offset: topic.version.offset }
  }

  /** Somebody else was quicker: looks again, a bounded number of times. */
  private again(attempt: () => void): void {
    this.attempts += 1
    if (this.attempts < httpLimits.attemptsMax) return attempt()
    this.exchange.fail(problem('conflict', `others changed the topic ${this.attempts} times meanwhile: try again`))
  }

  private send(content: Content, expect: Expectation | null, overtaken: () => void): void {
    const { exchange, path } = this
    exchange.ask(publishOf(path, content, expect), (answer) => {
      if (answer.kind === 'accepted') {
        const { version } = answer
        const etag = `"${this.tags.of(path, version).tag}"`
        return exchange.answer(version.previous === 0 ? 201 : 204, { etag })
      }
      const isOvertaken = answer.kind === 'publishRefused' && answer.refusal.code === 'conditionFailed'
      if (isOvertaken) overtaken()
      else exchange.fail(problemIn(answer))
    })
  }
}

/** Member by member: an object that is put together from others takes V8 longer than all the rest of a publish. */
function publishOf(path: string, content: Content, expect: Expectation | null): Publish {
  return {
    kind: 'publish',
    sequence: 1,
    path,
    alias: 0,
    value: content.value,
    type: content.type,
    merge: content.merge,
    timeMs: content.timeMs,
    lifetimeMs: content.lifetimeMs,
    attributes: content.attributes,
    expect,
    handling: null,
    properties: content.properties,
  }
}

/** What core compares when the record is applied. `seen`: it must be looked at here first. */
function expectationOf({ match, noneMatch }: Conditions): Expectation | null | 'seen' | 'impossible' {
  if (match === null && noneMatch === null) return null
  if (match === null) return noneMatch?.kind === 'any' ? { kind: 'absent' } : 'seen'
  if (noneMatch !== null || match.kind === 'any' || match.tags.length !== 1) return 'seen'
  const [tag] = match.tags
  const named = tag === undefined || tag.isWeak ? null : parseVersion(tag.opaque)
  return named === null ? 'impossible' : { kind: 'version', epoch: named.epoch, offset: named.version.offset }
}
