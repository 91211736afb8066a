import type { Exchange } from './exchange.js'
import type { Idempotency } from './idempotency.js'
import type { Polls } from './polls.js'
import type { ValueAnswers } from './value-answers.js'
import type { VersionTags } from './version-tags.js'

/** What the calls share. */
export interface CallHost {
  readonly tags: VersionTags
  readonly values: ValueAnswers
  readonly idempotency: Idempotency
  readonly polls: Polls
  /** Bodies of lines: how many were read, and of how many there was an end. */
  readonly streams: { begun: number; ended: number }
  /** The body may take longer than a request may: it is watched here. */
  keepsOwnTime(exchange: Exchange): void
  /** Of one value, bytes. */
  readonly valueBytesMax: number
}

/** One call of the API. */
export interface Call {
  readonly method: 'get' | 'put' | 'patch' | 'delete' | 'post'
  /** Below the API's own path. `/topics/{path}` takes a topic from the URL, `/topic` from `?path=`. */
  readonly path: string
  /** Names of parameters that the query may have, beside `token`. */
  readonly parameters: readonly string[]
  /** `topic`: the path of a topic, or the last part of the URL, decoded; empty where the call has none. */
  answer(exchange: Exchange, topic: string, host: CallHost): void
}
