/** Any update, as core may ask the codec to deliver it. */
import fc from 'fast-check'
import type { Attributes, Audience, UpdateFields } from '../../../core/index.js'
import { Update } from '../../../core/index.js'
import { anyText, attributes, bytes, orNull, record, type, uint, uint32 } from './messages.js'

const plainPath: Audience['outwardPath'] = (path) => path

/** An update, what its reader holds, and how the two stand to each other: all that an encoder is told. */
export interface Delivery {
  readonly update: Update
  readonly base: Update | null
  readonly flags: number
  readonly audience: Audience
}

interface Story {
  readonly topic: { readonly id: number; readonly path: string }
  readonly offsets: readonly [number, number, number]
  readonly times: readonly [number, number]
  readonly types: readonly [UpdateFields['type'], UpdateFields['type']]
  readonly values: readonly [Uint8Array, Uint8Array]
  readonly content: UpdateFields['content']
  readonly attributes: Attributes | null
  readonly hasBase: boolean
  readonly isShared: boolean
  readonly flags: number
  readonly deflate: boolean
}

const offsets = fc.uniqueArray(uint, { minLength: 3, maxLength: 3 }).map((all): Story['offsets'] => {
  const [first = 0, second = 1, third = 2] = all.sort((a, b) => a - b)
  return [first, second, third]
})

const value = fc.oneof(
  bytes,
  fc.constantFrom('{"bid":1}', 'x'.repeat(300)).map((text) => new TextEncoder().encode(text)),
)

/** Two versions of a value, of which the second is now and then an edit of the first, so that there are deltas. */
const values = fc.oneof(
  fc.tuple(value, value),
  fc.tuple(value, bytes).map(([first, more]) => [first, Uint8Array.from([...first, ...more.subarray(0, 3)])] as const),
)

const story = record<Story>({
  topic: record({ id: uint32, path: anyText }),
  offsets,
  times: fc.tuple(uint, uint),
  types: fc.tuple(type, type),
  values,
  content: fc.constantFrom('value', 'value', 'none', 'removed'),
  attributes: orNull(attributes),
  hasBase: fc.boolean(),
  isShared: fc.boolean(),
  flags: fc.nat(15),
  deflate: fc.boolean(),
})

/** Deliveries as core makes them: a base is an earlier version, and the one before where the update follows. */
export const delivery = story.map(deliveryOf)

function deliveryOf(story: Story): Delivery {
  const { topic, offsets, times, types, values, content, attributes, hasBase, isShared, flags, deflate } = story
  const [first, second, offset] = offsets
  const [previousTimeMs, timeMs] = times
  const handling = { qos: 2, isRetained: true, isMessage: true } as const
  const rest = { topic, expiresAtMs: 0, previousTimeMs, isShared, handling, origin: '' }
  const old = { offset: first, previous: 0, timeMs: previousTimeMs, type: types[0], value: values[0] }
  const held = new Update({ ...rest, ...old, attributes: null, content: 'value' })
  const previous = (flags & 8) === 0 ? second : first
  const now = {
    offset,
    previous,
    timeMs,
    type: types[1],
    value: content === 'value' ? values[1] : noBytes,
  }
  const update = new Update({ ...rest, ...now, attributes, content })
  const audience = { features: { deltas: true, deflate }, outwardPath: plainPath }
  return { update, base: hasBase && first > 0 ? held : null, flags, audience }
}

const noBytes = new Uint8Array()
