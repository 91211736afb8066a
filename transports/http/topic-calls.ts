import { isJsonText } from '../../codecs/json/index.js'
import { readBody } from './bodies.js'
import type { CallHost } from './call.js'
import type { Exchange } from './exchange.js'
import { patchJson } from './json-patch.js'
import { patchLimits } from './limits.js'
import { typedBy } from './media.js'
import { problem, problemOf } from './problems.js'
import { durationMs, propertiesIn } from './properties.js'
import { selectorOf } from './target.js'
import { fetchExisting, fetchOne, noSuchTopic, problemIn, wildcardPath } from './topic-reads.js'
import type { Content } from './topic-writes.js'
import { areMet, bareContent, conditionsOf, TopicWrite } from './topic-writes.js'
import type { ValuedTopic } from './value-answers.js'
import { notThatVersion } from './value-answers.js'

/** GET, HEAD: the bytes of the value, now or when it has changed. */
export function readTopic(exchange: Exchange, path: string, host: CallHost): void {
  const wait = exchange.query.get('wait')
  if (wait !== undefined) return host.polls.wait(exchange, path, wait)
  fetchExisting(exchange, path, (topic) => host.values.answer(exchange, topic, host.tags.of(path, topic.version)))
}

/** PUT: publishes the body. */
export function writeTopic(exchange: Exchange, path: string, host: CallHost): void {
  const asked = askedOf(exchange)
  const conditions = conditionsOf(exchange)
  if (asked === null || conditions === null) return
  // To take a part for the whole would leave the rest away. RFC 9110 §14.4
  if (exchange.field('content-range') !== null) return exchange.fail(noPart)
  readBody(exchange, host.valueBytesMax, (value) => {
    if (asked.type === 'json' && !isJsonText(value))
      return exchange.fail(problem('invalidJson', 'the body is not JSON'))
    const { type, attributes, properties, lifetimeMs, timeMs } = asked
    const content = { value, type, merge: false, attributes, properties, lifetimeMs, timeMs }
    const write = () => new TopicWrite(exchange, path, host.tags).publish(content, conditions)
    host.idempotency.once(exchange, value, write)
  })
}

const noPart = problem('malformedRequest', 'a part of a value cannot be put: leave content-range away, or use PATCH')

/** What a write says of its value beside its bytes; null: it cannot be read, and the client was told. */
function askedOf(exchange: Exchange): Omit<Content, 'value' | 'merge'> | null {
  const typed = typedBy(exchange.field('content-type'), exchange.query.get('type'))
  if ('status' in typed) {
    exchange.fail(typed)
    return null
  }
  const read = propertiesIn(exchange.query)
  const lifetime = exchange.query.get('lifetime')
  const lifetimeMs = lifetime === undefined ? 0 : durationMs(lifetime)
  if (read.kind === 'wrong') exchange.fail(problemOf({ code: 'invalidProperties', detail: read.why }))
  else if (lifetimeMs === null)
    exchange.fail(problem('invalidQuery', 'lifetime: expected a duration such as 500ms or 30s'))
  else return { type: typed.type, attributes: typed.attributes, properties: read.properties, lifetimeMs, timeMs: 0 }
  return null
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined: it is not JSON in UTF-8. RFC 8259 §8.1 */
function parsed(bytes: Uint8Array) {
  try {
    return JSON.parse(strict.decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

/** PATCH: changes a part of the value, by a merge patch or a JSON patch. */
export function patchTopic(exchange: Exchange, path: string, host: CallHost): void {
  const conditions = conditionsOf(exchange)
  if (conditions === null) return
  const kind = (exchange.field('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (kind !== 'application/merge-patch+json' && kind !== 'application/json-patch+json') return exchange.fail(noPatch)
  readBody(exchange, patchLimits.bytesMax, (body) => {
    // Found out first what it is: to parse what nests without end would fill the stack.
    const patch = isJsonText(body) ? parsed(body) : undefined
    if (patch === undefined) return exchange.fail(problem('invalidJson', 'the patch is not JSON'))
    const write = new TopicWrite(exchange, path, host.tags)
    host.idempotency.once(exchange, body, () => {
      if (kind === 'application/json-patch+json')
        return write.edit(conditions, (topic) => edited(exchange, topic, patch))
      write.publish({ ...bareContent, value: body, merge: true }, conditions)
    })
  })
}

const noPatch = problem(
  'unsupportedMediaType',
  'a patch is application/merge-patch+json or application/json-patch+json',
  {
    'accept-patch': 'application/merge-patch+json, application/json-patch+json',
  },
)

/** The value once the patch is applied; null: it cannot be, and the client was told. */
function edited(exchange: Exchange, topic: ValuedTopic | null, patch: Parameters<typeof patchJson>[1]): Content | null {
  if (topic === null) return refused(exchange, noSuchTopic)
  if (topic.value.length > patchLimits.bytesMax) return refused(exchange, tooLong)
  if (topic.type !== 'json')
    return refused(exchange, problemOf({ code: 'typeMismatch', detail: `the topic is ${topic.type}` }))
  const current = parsed(topic.value)
  if (current === undefined)
    return refused(exchange, problemOf({ code: 'invalidValue', detail: 'the current value is not JSON' }))
  const outcome = patchJson(current, patch)
  switch (outcome.kind) {
    case 'patched':
      return { ...bareContent, type: 'json', value: Buffer.from(JSON.stringify(outcome.value)) }
    case 'wrong':
      return refused(exchange, problem('invalidPatch', outcome.why))
    case 'failedTest':
      return refused(exchange, problem('patchTestFailed', outcome.why))
    case 'tooLarge':
      return refused(exchange, problemOf({ code: 'tooLarge', detail: outcome.why }))
  }
}

const tooLong = problemOf({
  code: 'tooLarge',
  detail: `a value of more than ${patchLimits.bytesMax} bytes is not patched: publish the whole value instead`,
})

function refused(exchange: Exchange, why: Parameters<Exchange['fail']>[0]): null {
  exchange.fail(why)
  return null
}

/** DELETE: removes the topic. Conditions are looked at right before. */
export function removeTopic(exchange: Exchange, path: string, host: CallHost): void {
  const conditions = conditionsOf(exchange)
  const selector = selectorOf(path)
  if (conditions === null) return
  if (selector === null) return exchange.fail(wildcardPath)
  const remove = () =>
    exchange.ask({ kind: 'remove', request: 1, selector }, (answer) => {
      if (answer.kind !== 'done') return exchange.fail(problemIn(answer))
      if (answer.count === 0) exchange.fail({ ...noSuchTopic, detail: 'there is no such topic that you may remove' })
      else exchange.answer(204, {})
    })
  host.idempotency.once(exchange, none, () => {
    if (conditions.match === null && conditions.noneMatch === null) return remove()
    fetchOne(exchange, path, (topic) => {
      const tag = topic === null ? '' : host.tags.of(path, topic.version).tag
      if (areMet(conditions, topic, tag)) remove()
      else exchange.fail(notThatVersion)
    })
  })
}

const none = new Uint8Array(0)
