import type { Audience, Batch, MessageTerms, UpdateFields } from '../../../core/index.js'
import { Update } from '../../../core/index.js'
import { bytes } from '../memory-peer.js'

const audience: Audience = { features: { deltas: false, deflate: false }, outwardPath: (path) => path }

/** A message of QoS 2 that several readers are owed; its offset is its topic's id. */
export function messageOf(path: string, value: string, more: Partial<UpdateFields> = {}): Update {
  const offset = more.offset ?? 1
  return new Update({
    topic: { id: offset, path },
    offset,
    previous: 0,
    timeMs: 0,
    previousTimeMs: 0,
    type: 'string',
    value: bytes(value),
    attributes: null,
    handling: { qos: 2, isRetained: false, isMessage: true },
    origin: '',
    expiresAtMs: 0,
    content: 'value',
    isShared: true,
    ...more,
  })
}

/** A batch as core hands it over; it keeps one finished frame for each codec. */
export function batchOf(updates: readonly Update[], terms: MessageTerms, flags = 0): Batch {
  const frames = new Map<object, Uint8Array>()
  return {
    audience,
    count: updates.length,
    updates,
    terms: updates.map(() => terms),
    bases: updates.map(() => null),
    flags: updates.map(() => flags),
    frameOf: (codec) => frames.get(codec) ?? null,
    keepFrame: (codec, frame) => frames.set(codec, frame),
  }
}
