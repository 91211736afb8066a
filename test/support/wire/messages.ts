/** Any message of our own wire. */
import fc from 'fast-check'
import type { WireAcknowledge, WireReply } from '../../../codecs/protobuf/index.js'
import type { Attributes, HeldTopic, Position, Publish, TopicProperties, TopicState } from '../../../core/index.js'

/** Records of ordinary objects, as the codec makes them. */
export const record = <T extends object>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true })

const kind = <const Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name)
export const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary)

export const uint32 = fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
export const uint = fc.oneof(fc.nat(300), uint32, fc.maxSafeNat())
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 60 }),
  fc.constantFrom('', '\ufeff', 'a/b/c', 'é', '🙂', 'long/'.repeat(50)),
)
export const bytes = fc.uint8Array({ maxLength: 200 }).map((view) => new Uint8Array(view))
const token = fc.uint8Array({ maxLength: 64 }).map((view) => new Uint8Array(view))
const epoch = fc.oneof(fc.constant(''), fc.constant('00112233445566ff'))
export const type = fc.constantFrom('json', 'string', 'int64', 'double', 'binary')
const wish = fc.constantFrom('latest', 'all')
const priority = fc.constantFrom(0, 1, 2, 3)

const held: fc.Arbitrary<readonly HeldTopic[]> = fc.array(record({ topicId: uint32, offset: uint }), { maxLength: 16 })

export const position = record<Position>({ epoch, offset: uint, held })

export const attributes = record<Attributes>({
  pairs: fc.array(fc.tuple(anyText, anyText), { maxLength: 3 }),
  contentType: orNull(anyText),
  replyPath: orNull(anyText),
  correlation: orNull(bytes),
  isText: fc.boolean(),
})

const history = record({ count: orNull(uint), ageMs: orNull(uint), bytes: orNull(uint) })

const removal = record({
  afterMs: orNull(uint),
  unsubscribedForMs: orNull(uint),
  idleForMs: orNull(uint),
  withSession: fc.boolean(),
})

const wantedProperties = fc.record(
  {
    type,
    delivery: wish,
    history,
    keep: fc.boolean(),
    deltas: fc.boolean(),
    priority,
    owner: anyText,
    removal,
    persist: fc.boolean(),
  },
  { requiredKeys: [], noNullPrototype: true },
)

const topicProperties = record<TopicProperties>({
  type: orNull(type),
  delivery: wish,
  history: orNull(history),
  keep: fc.boolean(),
  deltas: fc.boolean(),
  priority,
  owner: orNull(anyText),
  removal: orNull(removal),
  persist: orNull(fc.boolean()),
})

/** The address that `heardByGateway` gives to the decoder. */
export const peer = '192.0.2.7'

const hello = record({
  kind: kind('hello'),
  versions: fc.array(uint32, { maxLength: 16 }),
  credentials: fc.record(
    {
      user: fc.string({ minLength: 1 }),
      password: fc.string({ minLength: 1 }),
      token: fc.string({ minLength: 1 }),
      peer: fc.constant(peer),
    },
    { requiredKeys: ['peer'], noNullPrototype: true },
  ),
  features: record({ deltas: fc.boolean(), deflate: fc.boolean() }),
  resume: orNull(record({ token, position, synced: fc.array(uint32, { maxLength: 5 }) })),
  sessionTimeoutMs: uint,
  keepAliveMs: uint,
  bytesPerSecondMax: uint,
  agent: anyText,
})

const since = fc.oneof(
  record({ kind: kind('now') }),
  record({ kind: kind('position'), position }),
  record({ kind: kind('duration'), ms: uint }),
  record({ kind: kind('count'), count: uint }),
)

const options = record({
  snapshot: fc.boolean(),
  intervalMs: uint,
  delivery: orNull(wish),
  priority: orNull(priority),
  since,
  overflow: fc.constantFrom('conflate', 'unsubscribe', 'disconnect'),
})

const operation = fc.constantFrom('showGateway', 'listSessions', 'showSession', 'removeSession')

/** Whatever travels as a `Request`. */
export const request = fc.oneof(
  hello,
  record({ kind: kind('subscribe'), request: uint32, selector: anyText, options }),
  record({ kind: kind('unsubscribe'), request: uint32, selector: anyText }),
  record({ kind: kind('create'), request: uint32, path: anyText, properties: wantedProperties }),
  record({ kind: kind('remove'), request: uint32, selector: anyText }),
  record({
    kind: kind('fetch'),
    request: uint32,
    selector: anyText,
    after: orNull(anyText),
    limit: uint32,
    describe: fc.boolean(),
  }),
  record({ kind: kind('administer'), request: uint32, operation, target: anyText, after: anyText }),
  record({ kind: kind('ping'), nonce: uint32 }),
  record({ kind: kind('bye') }),
)

const expectation = fc.oneof(
  record({ kind: kind('absent') }),
  record({ kind: kind('version'), epoch, offset: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) }),
)

export const publish: fc.Arbitrary<Publish> = record<Publish>({
  kind: kind('publish'),
  sequence: uint,
  path: orNull(anyText),
  alias: uint32,
  value: bytes,
  type: orNull(type),
  merge: fc.boolean(),
  timeMs: uint,
  lifetimeMs: uint,
  attributes: orNull(attributes),
  handling: orNull(fc.constant({ qos: 2, isRetained: false, isMessage: true } as const)),
  expect: orNull(expectation),
  properties: orNull(wantedProperties),
}).filter(({ path, alias }) => path !== null || alias !== 0)

export const acknowledge = record<WireAcknowledge>({ kind: kind('acknowledge'), bytes: uint, offset: uint, held })

const version = record({ offset: uint, previous: uint })
const refusal = record({ code: fc.constantFrom('forbidden', 'conditionFailed', 'unsupported'), detail: anyText })

const topicState = record<TopicState>({
  path: anyText,
  value: orNull(bytes),
  type,
  version,
  timeMs: uint,
  attributes: orNull(attributes),
  properties: orNull(topicProperties),
})

const welcome = record({
  kind: kind('welcome'),
  version: uint32,
  start: fc.constantFrom('new', 'resumed', 'resynchronised'),
  sessionId: anyText,
  token,
  epoch,
  sessionTimeoutMs: uint,
  keepAliveMs: uint,
  messageBytesMax: uint,
  sequence: uint,
  acknowledgeBytes: uint32,
  acknowledgeMs: uint32,
})

/** Whatever travels as a `Reply`. */
export const reply: fc.Arbitrary<WireReply> = fc.oneof(
  welcome,
  record({ kind: kind('subscribed'), request: uint32, subscription: uint32 }),
  record({ kind: kind('synced'), subscription: uint32, position }),
  record({
    kind: kind('resynchronised'),
    reason: fc.constantFrom('epoch', 'history', 'overflow'),
    topics: fc.array(anyText),
    selectors: fc.array(anyText),
  }),
  record({
    kind: kind('unsubscribed'),
    subscription: uint32,
    selector: anyText,
    reason: fc.constantFrom('overflow', 'forbidden'),
  }),
  record({ kind: kind('accepted'), sequence: uint, version }),
  record({ kind: kind('publishRefused'), sequence: uint, refusal }),
  record({ kind: kind('done'), request: uint32, count: uint32 }),
  record({ kind: kind('refused'), request: uint32, refusal }),
  record({
    kind: kind('fetched'),
    request: uint32,
    topics: fc.array(topicState, { maxLength: 3 }),
    after: orNull(anyText),
  }),
  record({ kind: kind('report'), request: uint32, document: anyText }),
  record({ kind: kind('pong'), nonce: uint32 }),
  record({ kind: kind('draining'), reconnectAfterMs: uint }),
)
