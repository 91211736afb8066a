import assert from 'node:assert/strict'
import type { Limits } from '../../core/limits.js'
import { defaultLimits } from '../../core/limits.js'
import { InProcessLog } from '../../core/log/in-process-log.js'
import type { CreateRecord, LogRecord, RemoveRecord, ValueRecord } from '../../core/log/update-log.js'
import type { Refusal, RefusalCode } from '../../core/refusals.js'
import type { Keeping } from '../../core/topics/news.js'
import type { TopicRule } from '../../core/topics/rules.js'
import type { Topic } from '../../core/topics/topic.js'
import { Topics } from '../../core/topics/topics.js'
import { nowhere } from '../../core/topics/value-store.js'
import { bytes, text } from './memory-peer.js'
import { SimulatedClock } from './simulated-clock.js'

const emptyRecord = {
  topicId: 0,
  type: null,
  merge: false,
  timeMs: 0,
  acceptedMs: 0,
  expiresAtMs: 0,
  publisher: 'ann',
  sessionId: '',
  attributes: null,
  expect: null,
  handling: null,
  properties: null,
}

/** A record of a value with nothing but its path. */
export function valueRecord(path: string, value: string | Uint8Array, more: Partial<ValueRecord> = {}): ValueRecord {
  return { ...emptyRecord, kind: 'value', path, value: typeof value === 'string' ? bytes(value) : value, ...more }
}

/** Topics behind a log, without sessions: what is appended is folded at once, and whoever must be told is a list in the test. */
export class FoldedTopics {
  readonly clock = new SimulatedClock()
  readonly topics: Topics
  readonly log: InProcessLog
  /** What the fold told, oldest first. */
  readonly news: string[] = []
  /** What it asks of those who read. */
  isRead = false
  keeping: Keeping = 'no'

  constructor(limits: Partial<Limits> = {}, rules: readonly TopicRule[] = []) {
    this.topics = new Topics(this.clock, { ...defaultLimits, ...limits }, rules, {
      created: (topic, sessionId) => this.news.push(`created ${topic.path} ${sessionId}`.trim()),
      removed: (topic) => this.news.push(`removed ${topic.path}`),
      changed: () => this.news.push('changed'),
      timed: (topic) => this.news.push(`timed ${topic.path}`),
      keepsEvery: () => this.keeping,
      outlivesUs: () => false,
      hasReaders: () => this.isRead,
    })
    this.log = new InProcessLog('0123456789abcdef', this.topics)
  }

  /** Appends a record; the refusal, or null. */
  append(record: LogRecord): Refusal | null {
    const answers: (Refusal | null)[] = []
    this.log.append(record, { accepted: () => answers.push(null), refused: (refusal) => answers.push(refusal) })
    assert.equal(answers.length, 1, 'a record is answered once')
    return answers[0] ?? null
  }

  publish(path: string, value: string | Uint8Array, more: Partial<ValueRecord> = {}): Refusal | null {
    return this.append(
      valueRecord(path, value, { timeMs: this.clock.timeMs(), acceptedMs: this.clock.timeMs(), ...more }),
    )
  }

  create(path: string, properties: CreateRecord['properties'] = {}): Refusal | null {
    const timeMs = this.clock.timeMs()
    return this.append({ kind: 'create', path, properties, timeMs, publisher: 'ann', sessionId: '' })
  }

  remove(path: string, ifOffset: RemoveRecord['ifOffset'] = null, remover: string | null = null): Refusal | null {
    return this.append({ kind: 'remove', path, timeMs: this.clock.timeMs(), ifOffset, isTold: false, remover })
  }

  /** The topic at a path; fails the test where there is none. */
  topic(path: string): Topic {
    const topic = this.topics.tree.find(path)
    if (topic === null) assert.fail(`there is no topic ${path}`)
    return topic
  }

  /** The value at a path as text; null where there is none. */
  value(path: string): string | null {
    const topic = this.topics.tree.find(path)
    return topic && topic.valuePlace !== nowhere ? text(this.topics.valueView(topic)) : null
  }
}

/** Holds if the record was refused with this code, in words that match. */
export function assertRefused(refusal: Refusal | null, code: RefusalCode, words = /./): void {
  assert.equal(refusal?.code, code)
  assert.match(refusal?.detail ?? '', words)
}
