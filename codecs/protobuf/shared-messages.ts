import type {
  Attributes,
  Delivery,
  Expectation,
  HeldTopic,
  HistoryBounds,
  Position,
  Priority,
  Removal,
  TopicProperties,
  ValueType,
} from '../../core/index.js'
import { bool, choice, field, nested, orNull, repeated, text, uint, uint32, view } from './fields.js'
import { wireLimits } from './limits.js'
import type { Field, Shape } from './message.js'
import { mapped, message } from './message.js'

/* Messages that stand inside others, in either direction. */

const anyText = text(wireLimits.textBytesMax)
const epoch = text(wireLimits.epochBytesMax)

/** Null is UNSPECIFIED: guessed by the gateway, or as before, or unbound; each message says. */
export const valueType = choice<ValueType | null>([null, 'json', 'string', 'int64', 'double', 'binary'])

/** Null leaves it to the topic. */
export const delivery = choice<Delivery | null>([null, 'latest', 'all'])

/** Core's own numbers. */
export const priority = choice<Priority>([0, 1, 2, 3])

const heldTopic = message<HeldTopic>({ topicId: field(1, uint32), offset: field(2, uint) })

/** [PROTOCOL 4.14] */
export const heldTopics = (number: number): Field<readonly HeldTopic[]> =>
  repeated(number, nested(heldTopic), wireLimits.heldMax)

/** [PROTOCOL 4.13] */
export const position = message<Position>({ epoch: field(1, epoch), offset: field(2, uint), held: heldTopics(3) })

/** Where a frame leaves its client, in the epoch that both know. [PROTOCOL 4.13] */
export const standing = message<Omit<Position, 'epoch'>>({ offset: field(1, uint), held: heldTopics(2) })

type Pair = Attributes['pairs'][number]

const attributeText = text(wireLimits.attributesBytesMax)

const pair: Shape<Pair> = mapped(
  message({ name: field(1, attributeText), value: field(2, attributeText) }),
  ({ name, value }): Pair => [name, value],
  ([name, value]) => ({ name, value }),
)

/** What travels beside a value; `attributesBytesMax` is for whoever nests it. */
export const attributes: Shape<Attributes> = message<Attributes>({
  pairs: repeated(1, nested(pair), wireLimits.pairsMax),
  contentType: orNull(2, attributeText),
  replyPath: orNull(3, attributeText),
  correlation: orNull(4, view(wireLimits.attributesBytesMax)),
  isText: field(5, bool),
})

interface WireExpectation {
  readonly absent: boolean
  readonly epoch: string
  readonly offset: number
}

/** [PROTOCOL 6.6] */
export const expectation: Shape<Expectation> = mapped(
  message<WireExpectation>({ absent: field(1, bool), epoch: field(2, epoch), offset: field(3, uint) }),
  ({ absent, ...version }, reader) => {
    if (absent === version.offset > 0) reader.fail('an expectation of neither absence nor a version, or of both')
    return absent ? { kind: 'absent' } : { kind: 'version', ...version }
  },
  (expectation) =>
    expectation.kind === 'absent' ? { absent: true, epoch: '', offset: 0 } : { absent: false, ...expectation },
)

const history = message<HistoryBounds>({ count: orNull(1, uint), ageMs: orNull(2, uint), bytes: orNull(3, uint) })

const removal = message<Removal>({
  afterMs: orNull(1, uint),
  unsubscribedForMs: orNull(2, uint),
  idleForMs: orNull(3, uint),
  withSession: field(4, bool),
})

type Nullable<T> = { readonly [Name in keyof T]: T[Name] | null }

const wireProperties = message<Nullable<TopicProperties>>({
  type: field(1, valueType),
  delivery: field(2, delivery),
  history: orNull(3, nested(history)),
  keep: orNull(4, bool),
  deltas: orNull(5, bool),
  priority: orNull(6, priority),
  owner: orNull(7, anyText),
  removal: orNull(8, nested(removal)),
  persist: orNull(9, bool),
})

const unsaid: Nullable<TopicProperties> = {
  type: null,
  delivery: null,
  history: null,
  keep: null,
  deltas: null,
  priority: null,
  owner: null,
  removal: null,
  persist: null,
}

/** What a client asks for; what it does not say is left to the gateway. [PROTOCOL 3.10] */
export const wantedProperties: Shape<Partial<TopicProperties>> = mapped(
  wireProperties,
  ({ type, delivery, history, keep, deltas, priority, owner, removal, persist }) => ({
    ...(type !== null && { type }),
    ...(delivery !== null && { delivery }),
    ...(history !== null && { history }),
    ...(keep !== null && { keep }),
    ...(deltas !== null && { deltas }),
    ...(priority !== null && { priority }),
    ...(owner !== null && { owner }),
    ...(removal !== null && { removal }),
    ...(persist !== null && { persist }),
  }),
  (properties) => ({ ...unsaid, ...properties }),
)

/** What a topic has. [PROTOCOL 3.10] */
export const topicProperties: Shape<TopicProperties> = mapped(
  wireProperties,
  (wire) => ({
    ...wire,
    delivery: wire.delivery ?? 'latest',
    keep: wire.keep ?? true,
    deltas: wire.deltas ?? true,
    priority: wire.priority ?? 2,
  }),
  (properties) => properties,
)
