import type { OutgoingHttpHeaders } from 'node:http'
import type { TopicState } from '../../core/index.js'
import type { Coding } from './compression.js'
import { Compression, codingFor } from './compression.js'
import type { Tags } from './entity-tags.js'
import { matchesStrongly, matchesWeakly, tagsIn } from './entity-tags.js'
import type { Exchange } from './exchange.js'
import { pieceBytesMax } from './exchange.js'
import { answerLimits } from './limits.js'
import { contentTypeOf } from './media.js'
import { problem } from './problems.js'
import { multipartOf, rangesIn } from './ranges.js'
import type { KnownVersion } from './version-tags.js'

/** A topic that has a value. */
export type ValuedTopic = TopicState & { readonly value: Uint8Array }

/** Behind the version in the tag of a compressed value: other bytes, another strong tag. RFC 9110 §8.8.3.3 */
const codedSuffix = /-(?:zstd|br|gzip)$/

/** Without the coding that a tag was given out with, so that it is good for conditions of any request. */
function plainTag(opaque: string): string {
  return opaque.replace(codedSuffix, '')
}

/** The tags of a condition without their codings; null: the field is not there; a text: what is wrong with it. */
export function conditionIn(exchange: Exchange, name: 'if-match' | 'if-none-match'): Tags | null | string {
  const field = exchange.field(name)
  if (field === null) return null
  const tags = tagsIn(field)
  if (tags === null) return `${name}: expected entity tags in quotes, or *`
  return tags.kind === 'any'
    ? tags
    : { kind: 'some', tags: tags.tags.map((each) => ({ ...each, opaque: plainTag(each.opaque) })) }
}

/** Answers with the bytes of values: whole, in parts, compressed, or not at all because the client has them. */
export class ValueAnswers {
  private readonly compression = new Compression()

  answer(exchange: Exchange, topic: ValuedTopic, version: KnownVersion): void {
    const { tag } = version
    const ifMatch = conditionIn(exchange, 'if-match')
    const ifNoneMatch = conditionIn(exchange, 'if-none-match')
    if (typeof ifMatch === 'string') return exchange.fail(problem('invalidCondition', ifMatch))
    if (typeof ifNoneMatch === 'string') return exchange.fail(problem('invalidCondition', ifNoneMatch))
    if (ifMatch !== null && !matchesStrongly(ifMatch, tag)) return exchange.fail(notThatVersion)
    if (isKnown(exchange, ifNoneMatch, topic, tag)) return exchange.answer(304, unchangedFields(tag))
    const range = exchange.method === 'GET' ? exchange.field('range') : null
    if (range !== null && isRangeWanted(exchange, topic, tag)) return answerRange(exchange, topic, tag, range)
    this.answerWhole(exchange, topic, version)
  }

  private answerWhole(exchange: Exchange, topic: ValuedTopic, version: KnownVersion): void {
    const { value } = topic
    version.fields ??= { ...fieldsOf(topic, version.tag), 'content-length': value.length }
    const accepted = exchange.field('accept-encoding')
    const coding = accepted !== null && isWorthIt(topic) ? codingFor(accepted) : null
    if (coding === null) return exchange.answer(200, version.fields, lasting(value))
    this.answerCoded(exchange, topic, version, coding)
  }

  private answerCoded(exchange: Exchange, topic: ValuedTopic, { tag }: KnownVersion, coding: Coding): void {
    const value = Buffer.from(topic.value)
    const fields = fieldsOf(topic, tag)
    this.compression.compress(coding, `${topic.path} ${tag}`, value, (bytes) =>
      exchange.attempt(() => {
        if (bytes === null) exchange.answer(200, fields, value)
        else exchange.answer(200, coded(fields, tag, coding), bytes)
      }),
    )
  }
}

/** A view of core's memory, which moves: what is sent later is copied. */
function lasting(value: Uint8Array): Uint8Array {
  return value.length > pieceBytesMax ? Buffer.from(value) : value
}

/** A topic is at another version than the client demands. */
export const notThatVersion = {
  status: 412,
  code: 'conditionFailed',
  detail: 'the topic is not in the expected version',
} as const

function fieldsOf(topic: ValuedTopic, tag: string): OutgoingHttpHeaders {
  const { type, attributes, value, timeMs } = topic
  return {
    'content-type': contentTypeOf(type, attributes),
    etag: `"${tag}"`,
    // A source's clock may be ahead of ours, or be none. RFC 9110 §8.8.2.1
    'last-modified': new Date(Math.min(timeMs, Date.now())).toUTCString(),
    // Others are told by their content type.
    ...((type === 'int64' || type === 'double') && { 'rivulet-type': type }),
    // Of a short one nobody wants a part.
    ...(value.length >= answerLimits.rangeBytesMin && { 'accept-ranges': 'bytes' }),
    ...revalidated,
    ...harmless,
  }
}

function unchangedFields(tag: string): OutgoingHttpHeaders {
  return { etag: `"${tag}"`, ...revalidated }
}

/** Whoever keeps a value asks whether it still is one, and shows it to nobody else. */
const revalidated = { 'cache-control': 'private, no-cache', vary: 'accept-encoding' }

/** What a publisher wrote must not run in a page of this origin, whatever it calls itself. */
const harmless = { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox" }

function coded(fields: OutgoingHttpHeaders, tag: string, coding: Coding): OutgoingHttpHeaders {
  return { ...fields, etag: `"${tag}-${coding}"`, 'content-encoding': coding }
}

function isWorthIt({ value, type, attributes }: ValuedTopic): boolean {
  const { compressBytesMin, compressBytesMax } = answerLimits
  return (
    value.length >= compressBytesMin &&
    value.length <= compressBytesMax &&
    isTextual.test(contentTypeOf(type, attributes))
  )
}

const isTextual = /^text\/|[/+](?:json|xml)\b|javascript|^application\/(?:yaml|x-yaml)/i

function isKnown(exchange: Exchange, tags: Tags | null, topic: ValuedTopic, tag: string): boolean {
  if (tags !== null) return matchesWeakly(tags, tag)
  const since = exchange.field('if-modified-since')
  // A date has whole seconds, and a topic may change many times in one: a client that has only that is asked to take the value again.
  return since !== null && isHttpDate(since) && Math.floor(topic.timeMs / 1000) * 1000 < Date.parse(since)
}

/** In the one form that is written today; anything else counts as if it were not there. RFC 9110 §5.6.7, §13.1.3 */
function isHttpDate(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toUTCString() === text
}

function isRangeWanted(exchange: Exchange, topic: ValuedTopic, tag: string): boolean {
  const condition = exchange.field('if-range')
  if (condition === null) return true
  const tags = tagsIn(condition)
  if (tags !== null) return matchesStrongly(tags, tag)
  // By a date only what is older than a second can be told from what came right after it. RFC 9110 §13.1.5
  return condition === new Date(topic.timeMs).toUTCString() && Date.now() - topic.timeMs > 1_000
}

function answerRange(exchange: Exchange, topic: ValuedTopic, tag: string, field: string): void {
  const { length } = topic.value
  const ranges = rangesIn(field, length)
  const contentType = contentTypeOf(topic.type, topic.attributes)
  const fields = fieldsOf(topic, tag)
  if (ranges === null) return exchange.answer(200, fields, Buffer.from(topic.value))
  if (ranges === 'unsatisfiable')
    return exchange.fail(
      problem('rangeNotSatisfiable', `the value has ${length} bytes`, { 'content-range': `bytes */${length}` }),
    )
  const [first, ...others] = ranges
  if (first !== undefined && others.length === 0) {
    const { start, last } = first
    const content = { ...fields, 'content-range': `bytes ${start}-${last}/${length}` }
    return exchange.answer(206, content, Buffer.from(topic.value.subarray(start, last + 1)))
  }
  const parts = multipartOf(ranges, topic.value, contentType, `rivulet-${tag}`)
  exchange.answer(206, { ...fields, 'content-type': parts.contentType }, parts.body)
}
