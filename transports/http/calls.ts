import type { Call, CallHost } from './call.js'
import type { Exchange } from './exchange.js'
import { linesLimits } from './limits.js'
import { administer, createTopic, listTopics, removeTopics } from './list-calls.js'
import { problem } from './problems.js'
import { propertyNames } from './properties.js'
import { publishLines } from './publish-lines.js'
import { patchTopic, readTopic, removeTopic, writeTopic } from './topic-calls.js'

const writes = ['type', 'lifetime', ...propertyNames]

/** Every call of the API, by the name that its description and its clients know it by. */
export const calls = {
  readTopic: { method: 'get', path: '/topics/{path}', parameters: ['wait'], answer: readTopic },
  readNamedTopic: { method: 'get', path: '/topic', parameters: ['path', 'wait'], answer: readTopic },
  writeTopic: { method: 'put', path: '/topics/{path}', parameters: writes, answer: writeTopic },
  writeNamedTopic: { method: 'put', path: '/topic', parameters: ['path', ...writes], answer: writeTopic },
  patchTopic: { method: 'patch', path: '/topics/{path}', parameters: [], answer: patchTopic },
  patchNamedTopic: { method: 'patch', path: '/topic', parameters: ['path'], answer: patchTopic },
  removeTopic: { method: 'delete', path: '/topics/{path}', parameters: [], answer: removeTopic },
  removeNamedTopic: { method: 'delete', path: '/topic', parameters: ['path'], answer: removeTopic },
  listTopics: { method: 'get', path: '/topics', parameters: ['select', 'limit', 'after'], answer: listTopics },
  createTopic: { method: 'post', path: '/topics', parameters: [], answer: createTopic },
  removeTopics: { method: 'delete', path: '/topics', parameters: ['select'], answer: removeTopics },
  publishLines: { method: 'post', path: '/publish', parameters: [], answer: publishStream },
  showGateway: { method: 'get', path: '/gateway', parameters: [], answer: administer('showGateway') },
  listSessions: { method: 'get', path: '/sessions', parameters: ['after'], answer: administer('listSessions') },
  showSession: { method: 'get', path: '/sessions/{id}', parameters: [], answer: administer('showSession') },
  removeSession: { method: 'delete', path: '/sessions/{id}', parameters: [], answer: administer('removeSession') },
} satisfies Readonly<Record<string, Call>>

/** The name of a call. */
export type CallName = keyof typeof calls

/** Media types of lines, and what curl says of any body if it is told nothing else. */
const lineTypes =
  /^(?:application\/(?:x-ndjson|ndjson|jsonl|x-jsonlines|json|octet-stream|x-www-form-urlencoded)|text\/plain)?$/

const notLines = problem('unsupportedMediaType', 'expected application/x-ndjson: one {"path", "value"} on each line')
const tooManyStreams = problem('tooManyRequests', 'too many streams of lines at once', { 'retry-after': '5' })

/** POST of lines: publishes each. A key tells bodies apart by their length alone, since they are not kept. */
function publishStream(exchange: Exchange, _topic: string, host: CallHost): void {
  const type = (exchange.field('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!lineTypes.test(type)) return exchange.fail(notLines)
  const length = Buffer.from(exchange.field('content-length') ?? '')
  host.idempotency.once(exchange, length, () => {
    const { streams } = host
    if (streams.begun - streams.ended >= linesLimits.streamsMax) return exchange.fail(tooManyStreams)
    streams.begun += 1
    host.keepsOwnTime(exchange)
    publishLines(exchange, host.valueBytesMax, () => {
      streams.ended += 1
    })
  })
}
