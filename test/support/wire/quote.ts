/** A quote, its version before, and how a client is told of it. */
import assert from 'node:assert/strict'
import type { WireUpdate } from '../../../codecs/protobuf/index.js'
import { FrameEncoder } from '../../../codecs/protobuf/index.js'
import type { Audience, Batch, HeldVersion, UpdateFields } from '../../../core/index.js'
import { Update } from '../../../core/index.js'
import { frameless } from '../frameless.js'
import { heardByClient } from './heard.js'

export const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const timeMs = 1_763_683_200_000
const quote: UpdateFields = {
  topic: { id: 5, path: 'fx/eurusd' },
  offset: 100,
  previous: 90,
  timeMs,
  previousTimeMs: timeMs - 250,
  type: 'json',
  value: toBytes('{"symbol":"EURUSD","bid":1.0832,"ask":1.0834,"high":1.0901,"low":1.0788}'),
  attributes: null,
  handling: { qos: 2, isRetained: true, isMessage: true },
  origin: '',
  expiresAtMs: 0,
  content: 'value',
  isShared: true,
}

export const updateWith = (fields: Partial<UpdateFields> = {}): Update => new Update({ ...quote, ...fields })

/** The version before the quote. */
export const before = updateWith({
  offset: 90,
  previous: 0,
  timeMs: timeMs - 250,
  value: toBytes('{"symbol":"EURUSD","bid":1.0831,"ask":1.0834,"high":1.0901,"low":1.0788}'),
})

export const audienceWith = (features: Partial<Audience['features']> = {}): Audience => ({
  features: { deltas: true, deflate: false, ...features },
  outwardPath: (path) => path,
})
export const anyone = audienceWith()

/** Updates as one batch, all told alike. */
export const batchOf = (
  updates: readonly Update[],
  base: HeldVersion | null,
  flags: number,
  audience = anyone,
): Batch => ({
  audience,
  count: updates.length,
  updates,
  bases: updates.map(() => base),
  flags: updates.map(() => flags),
  ...frameless,
})

/** What a client reads in the bytes of one update. */
export function told(
  update: Update,
  base: Update | null,
  flags: number,
  audience = anyone,
  encoder = new FrameEncoder(),
): WireUpdate {
  const { outcome, heard } = heardByClient(encoder.encodeBatch(batchOf([update], base, flags, audience), () => 0))
  assert.deepEqual(outcome, { kind: 'done' })
  const [first] = heard.updates
  assert.ok(first)
  return first
}
