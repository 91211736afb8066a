import type { GatewayMessage, TopicState } from '../../core/index.js'
import type { Exchange } from './exchange.js'
import { problem, problemOf } from './problems.js'
import { selectorOf } from './target.js'
import type { ValuedTopic } from './value-answers.js'

/** Asks for one topic; null: it is not there, or has no value. Where it may not be asked for the client is told. */
export function fetchOne(exchange: Exchange, path: string, found: (topic: ValuedTopic | null) => void): void {
  const selector = selectorOf(path)
  if (selector === null) return exchange.fail(wildcardPath)
  // Room for one more than there can be: a page that is full would be kept open for a next one.
  const message = { kind: 'fetch', request: 1, selector, after: null, limit: 2, describe: false } as const
  exchange.ask(message, (answer) => {
    if (answer.kind !== 'fetched') return exchange.fail(problemIn(answer))
    const [topic] = answer.topics
    found(topic !== undefined && hasValue(topic) ? topic : null)
  })
}

/** The same for one that must be there: else the client is told that it is not. */
export function fetchExisting(exchange: Exchange, path: string, found: (topic: ValuedTopic) => void): void {
  fetchOne(exchange, path, (topic) => {
    if (topic === null) exchange.fail(noSuchTopic)
    else found(topic)
  })
}

function hasValue(topic: TopicState): topic is ValuedTopic {
  return topic.value !== null
}

/** There is nothing to read. */
export const noSuchTopic = {
  status: 404,
  code: 'notFound',
  detail: 'there is no such topic, or it has no value',
} as const

/** A path that no topic can have. */
export const wildcardPath = {
  status: 400,
  code: 'invalidPath',
  detail: 'a path is not empty, and has no + and no #',
} as const

/** What core's answer says is wrong. */
export function problemIn(answer: GatewayMessage) {
  const isRefusal = answer.kind === 'refused' || answer.kind === 'publishRefused'
  return isRefusal ? problemOf(answer.refusal) : problem('internalError', `core answered ${answer.kind}`)
}
