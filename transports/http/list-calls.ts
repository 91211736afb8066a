import { isJsonText } from '../../codecs/json/index.js'
import { formatVersion } from '../../codecs/position/index.js'
import type { GatewayMessage, TopicProperties, TopicState } from '../../core/index.js'
import { readBody } from './bodies.js'
import type { CallHost } from './call.js'
import type { Exchange } from './exchange.js'
import { contentTypeOf } from './media.js'
import { problem, problemOf } from './problems.js'
import { propertiesFrom } from './properties.js'
import { problemIn } from './topic-reads.js'

/** GET of many topics: a page of them, with values and properties. */
export function listTopics(exchange: Exchange, _topic: string, host: CallHost): void {
  const { query } = exchange
  const limit = query.get('limit')
  if (limit !== undefined && !/^[1-9]\d{0,5}$/.test(limit)) return exchange.fail(badLimit)
  const message = {
    kind: 'fetch',
    request: 1,
    selector: query.get('select') ?? '#',
    after: query.get('after') ?? null,
    limit: Number(limit ?? 0),
    describe: true,
  } as const
  exchange.ask(message, (answer) => {
    if (answer.kind !== 'fetched') return exchange.fail(problemIn(answer))
    const topics = answer.topics.map((topic) => describedTopic(topic, host)).join(',\n')
    const after = JSON.stringify(answer.after)
    exchange.answer(200, pageFields, `{"topics":[${topics && `\n${topics}\n`}],"after":${after}}\n`)
  })
}

const badLimit = problem('invalidQuery', 'limit: expected a whole number from 1')
const pageFields = { 'content-type': 'application/json', 'cache-control': 'private, no-cache' }

/** JSON values stand there as they are, in their publisher's own spelling. */
function describedTopic(topic: TopicState, host: CallHost): string {
  const { path, type, timeMs, attributes, properties } = topic
  const head = { path, type, version: formatVersion(host.tags.epoch, topic.version), time: timeMs }
  const rest = {
    ...(topic.value !== null && { contentType: contentTypeOf(type, attributes) }),
    ...(attributes !== null && attributes.pairs.length > 0 && { attributes: attributes.pairs }),
    ...(properties !== null && { properties: spelled(properties) }),
  }
  const value = topic.value === null ? '' : `"value":${valueText(topic, topic.value)},`
  return `${JSON.stringify(head).slice(0, -1)},${value}${JSON.stringify(rest).slice(1)}`
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** As event streams say it: JSON as it is, text as strings, bytes in base64; a number that JSON would round as a string. */
function valueText({ type }: TopicState, value: Uint8Array): string {
  const text = type === 'binary' ? null : decoded(value)
  if (text === null) return JSON.stringify({ base64: Buffer.from(value).toString('base64') })
  if (type === 'string') return JSON.stringify(text)
  const isExact = type !== 'int64' || Number.isSafeInteger(Number(text))
  return isExact && isJsonText(value) ? text.replaceAll(lineEnds, ' ') : JSON.stringify(text)
}

/** Between the tokens of JSON only: inside its strings they do not stand. RFC 8259 §7 */
const lineEnds = /[\r\n]/g

function decoded(value: Uint8Array): string | null {
  try {
    return strict.decode(value)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** What differs from a topic that nobody configured, in the words of the configuration. */
function spelled({
  history,
  removal,
  type,
  delivery,
  keep,
  deltas,
  priority,
  persist,
  owner,
}: TopicProperties): object {
  const age = (ms: number | null | undefined) => (ms == null ? undefined : `${ms}ms`)
  return {
    type: type ?? undefined,
    delivery: delivery ?? undefined,
    keep,
    deltas,
    priority,
    persist: persist ?? undefined,
    owner: owner ?? undefined,
    history: history && {
      count: history.count ?? undefined,
      age: age(history.ageMs),
      bytes: history.bytes ?? undefined,
    },
    removal: removal && {
      after: age(removal.afterMs),
      unsubscribedFor: age(removal.unsubscribedForMs),
      idleFor: age(removal.idleForMs),
      withSession: removal.withSession || undefined,
    },
  }
}

/** POST of a topic: makes it, without a value. */
export function createTopic(exchange: Exchange, _topic: string, host: CallHost): void {
  readBody(exchange, createBytesMax, (body) => {
    const document: unknown = isJsonText(body) ? JSON.parse(body.toString()) : undefined
    if (document === undefined) return exchange.fail(problem('invalidJson', 'the body is not JSON'))
    const { path, properties, ...others } = Object(document)
    const [unknown] = Object.keys(others)
    if (typeof path !== 'string' || unknown !== undefined) return exchange.fail(noTopic)
    const read = propertiesFrom(Object(properties ?? {}))
    if (read.kind === 'wrong') return exchange.fail(problemOf({ code: 'invalidProperties', detail: read.why }))
    const message = { kind: 'create', request: 1, path, properties: read.properties ?? {} } as const
    host.idempotency.once(exchange, body, () =>
      exchange.ask(message, (answer) => {
        if (answer.kind === 'done') exchange.answer(204, {})
        else exchange.fail(problemIn(answer))
      }),
    )
  })
}

const createBytesMax = 16_384
const noTopic = problem('invalidJson', 'expected {"path": "a/b", "properties": {…}} and nothing else')

/** DELETE of many topics: all that a selector matches and the caller may remove. */
export function removeTopics(exchange: Exchange, _topic: string, host: CallHost): void {
  const selector = exchange.query.get('select')
  if (selector === undefined) return exchange.fail(problem('invalidQuery', 'select: expected the topics to remove'))
  host.idempotency.once(exchange, new Uint8Array(0), () =>
    exchange.ask({ kind: 'remove', request: 1, selector }, (answer) => {
      if (answer.kind === 'done') exchange.answerJson(200, { removed: answer.count })
      else exchange.fail(problemIn(answer))
    }),
  )
}

type Operation = 'listSessions' | 'showSession' | 'removeSession' | 'showGateway'

/** A call of those who look after the gateway. */
export function administer(operation: Operation) {
  return (exchange: Exchange, target: string): void => {
    const after = exchange.query.get('after') ?? ''
    exchange.ask({ kind: 'administer', request: 1, operation, target, after }, (answer) => told(exchange, answer))
  }
}

function told(exchange: Exchange, answer: GatewayMessage): void {
  if (answer.kind === 'report') exchange.answer(200, pageFields, `${answer.document}\n`)
  else if (answer.kind === 'done') exchange.answer(204, {})
  else exchange.fail(problemIn(answer))
}
