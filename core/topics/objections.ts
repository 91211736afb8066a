import type { Limits } from '../limits.js'
import type { CreateRecord, LogRecord, RemoveRecord, ValueRecord } from '../log/update-log.js'
import type { ValueType } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import type { Json } from '../text-values.js'
import { parseJson, textOf } from '../text-values.js'
import { attributeBytes } from './attribute-bytes.js'
import { attributesProblem } from './attributes-problem.js'
import { isClearing } from './handlings.js'
import { mergePatch } from './merge-patch.js'
import { pathProblem, utf8Length } from './path.js'
import { isSame, propertiesProblem } from './properties.js'
import type { TopicRule } from './rules.js'
import { propertiesOfNew, ruledOwner } from './rules.js'
import { isSpecial } from './selector-level.js'
import type { Topic } from './topic.js'
import { topicIdMax } from './topic-pages.js'
import type { TopicTree } from './topic-tree.js'
import { nowhere } from './value-store.js'
import { jsonBytes, valueAs } from './value-type.js'

/** A value as it will be kept. */
export interface PreparedValue {
  readonly value: Uint8Array
  readonly type: ValueType | null
}

/** As much of the topics as is needed to judge a record. */
interface Judged {
  readonly tree: TopicTree
  readonly rules: readonly TopicRule[]
  readonly count: number
  readonly newestId: number
  find(record: { readonly path: string; readonly topicId?: number }): Topic | null
  valueView(topic: Topic): Uint8Array
}

/**
 * Says why a record would change nothing: the same answer on every node, since it depends on the log and the rules alone.
 *
 * A value that must be rewritten to be kept (numbers, merge patches) is rewritten while it is judged, and handed over by
 * `prepared` when the record is applied right after.
 */
export class Objections {
  private readonly topics: Judged
  private readonly limits: Limits
  private rewritten: { readonly record: ValueRecord; readonly result: PreparedValue } | null = null

  constructor(topics: Judged, limits: Limits) {
    this.topics = topics
    this.limits = limits
  }

  to(record: LogRecord): Refusal | null {
    return this.toWhatItSays(record) ?? this.toOneMore(record)
  }

  /** Nothing is wrong with the record but that there are as many topics as there may be. */
  isRoomLacking(record: LogRecord): boolean {
    return this.toOneMore(record) !== null && this.toWhatItSays(record) === null
  }

  private toOneMore(record: LogRecord): Refusal | null {
    const { topics } = this
    if (topics.count < this.limits.topicsMax || record.kind === 'remove' || isSpecial(record.path)) return null
    return topics.find(record) ? null : refuse('limitReached', `${this.limits.topicsMax} topics exist`)
  }

  private toWhatItSays(record: LogRecord): Refusal | null {
    switch (record.kind) {
      case 'value':
        return this.toValue(record)
      case 'create':
        return this.toCreate(record)
      case 'remove':
        return this.toRemove(record)
    }
  }

  /** The value and type under which a record without objection is kept. */
  prepared(record: ValueRecord, topic: Topic): PreparedValue {
    const rewritten = this.rewritten
    if (rewritten?.record === record) return rewritten.result
    return { value: record.value, type: record.type ?? topic.properties.type }
  }

  private toValue(record: ValueRecord): Refusal | null {
    const topic = this.topics.find(record)
    const wrong =
      this.toSize(record) ??
      toAttributes(record) ??
      (topic ? null : this.toNewTopic(record)) ??
      toExpectation(record, topic)
    if (wrong) return wrong
    const { owner, type } = topic ? topic.properties : propertiesOfNew(record, this.topics.rules, this.limits)
    if (owner !== null && owner !== record.publisher)
      return refuse('forbidden', `only ${owner} may publish to this topic`)
    if (type !== null && record.type !== null && record.type !== type)
      return refuse('typeMismatch', `the topic is ${type}, the value ${record.type}`)
    return this.toContent(record, topic, type ?? record.type)
  }

  private toSize(record: ValueRecord): Refusal | null {
    const { path, value } = record
    const { messageBytesMax } = this.limits
    // A character takes three bytes at most: where even that fits, the path need not be measured.
    const mayBeOver = value.length + path.length * 3 > messageBytesMax
    if (mayBeOver && value.length + utf8Length(path) > messageBytesMax)
      return refuse('tooLarge', `value of ${value.length} bytes`)
    if (record.attributes === null || attributeBytes(record.attributes) <= this.limits.attributesBytesMax) return null
    return refuse('tooLarge', `attributes over ${this.limits.attributesBytesMax} bytes`)
  }

  private toNewTopic(record: ValueRecord | CreateRecord): Refusal | null {
    const problem = pathProblem(record.path)
    if (problem) return refuse('invalidPath', problem)
    if (this.topics.newestId >= topicIdMax)
      return refuse('limitReached', 'no topic id is left: only a restart makes room for new topics')
    if (record.properties === null) return null
    const properties = propertiesOfNew(record, this.topics.rules, this.limits)
    return this.toCreator(record) ?? propertiesProblem(properties)
  }

  /** Whose a topic is by a rule, nobody else makes: its type and when it ends would be that one's choice. [SEM 4.9] */
  private toCreator({ path, publisher }: ValueRecord | CreateRecord): Refusal | null {
    const owner = ruledOwner(this.topics.rules, path)
    return owner === null || owner === publisher ? null : refuse('forbidden', `by a rule the topic belongs to ${owner}`)
  }

  /** Judges the bytes under the type that they will have, and rewrites them where they are kept in another spelling. */
  private toContent(record: ValueRecord, topic: Topic | null, type: ValueType | null): Refusal | null {
    this.rewritten = null
    if (isClearing(record)) {
      // Nothing at all is no number, nor JSON; but it says that there is no value any more.
      this.rewritten = { record, result: { value: record.value, type: 'binary' } }
      return null
    }
    if (record.merge) return this.toMerge(record, topic, type)
    if (type === null || type === 'json' || type === 'binary') return null
    const kept = valueAs(type, record.value)
    if (!(kept instanceof Uint8Array)) return kept
    this.rewritten = { record, result: { value: kept, type } }
    return null
  }

  private toMerge(record: ValueRecord, topic: Topic | null, type: ValueType | null): Refusal | null {
    if (type !== null && type !== 'json')
      return refuse('typeMismatch', `a merge patch needs json, the topic is ${type}`)
    const bytes = record.value.length + (topic && topic.valuePlace !== nowhere ? topic.valueLength : 0)
    if (bytes > this.limits.mergeBytesMax)
      return refuse('tooLarge', `patch and value have ${bytes} bytes: publish the whole value instead`)
    const patch = jsonOf(record.value)
    const target = topic && topic.valuePlace !== nowhere ? jsonOf(this.topics.valueView(topic)) : null
    if (patch === undefined) return refuse('invalidValue', 'the merge patch is not JSON')
    if (target === undefined) return refuse('invalidValue', 'the current value is not JSON')
    const value = jsonBytes(mergePatch(target, patch))
    if (value === null) return refuse('invalidValue', 'the merged value is nested too deeply')
    if (value.length > this.limits.messageBytesMax) return refuse('tooLarge', `merged value of ${value.length} bytes`)
    this.rewritten = { record, result: { value, type: 'json' } }
    return null
  }

  private toCreate(record: CreateRecord): Refusal | null {
    const known = this.topics.tree.find(record.path)
    if (!known) return this.toNewTopic(record)
    if (isSame(propertiesOfNew(record, this.topics.rules, this.limits), known.properties)) return null
    return refuse('alreadyExists', `its properties are ${JSON.stringify(known.properties)}`)
  }

  private toRemove(record: RemoveRecord): Refusal | null {
    const topic = this.topics.tree.find(record.path)
    if (!topic) return refuse('notFound', 'there is no such topic')
    const { owner } = topic.properties
    if (owner !== null && record.remover !== null && record.remover !== owner)
      return refuse('forbidden', `only ${owner} may remove this topic`)
    return record.ifOffset === null || topic.offset === record.ifOffset ? null : refuse('conditionFailed')
  }
}

function toAttributes({ attributes, value }: ValueRecord): Refusal | null {
  const problem = attributes && attributesProblem(attributes, value)
  return problem === null ? null : refuse('invalidValue', problem)
}

function toExpectation(record: ValueRecord, topic: Topic | null): Refusal | null {
  const expect = record.expect
  if (expect === null) return null
  if (expect.kind === 'absent') return topic ? refuse('conditionFailed', 'the topic exists') : null
  if (topic?.offset === expect.offset) return null
  return refuse('conditionFailed', topic ? `the topic is at offset ${topic.offset}` : 'the topic does not exist')
}

function jsonOf(bytes: Uint8Array): Json | undefined {
  const text = textOf(bytes)
  return text === null ? undefined : parseJson(text)
}
