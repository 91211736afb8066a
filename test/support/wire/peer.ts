/**
 * The same messages by another implementation: protobufjs, told nothing but gateway.proto.
 *
 * `…Form` says by hand, apart from the tables under test, how a message of core stands in gateway.proto.
 */
import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'
import type { RequestMessage, WireAcknowledge, WireReply, WireUpdate } from '../../../codecs/protobuf/index.js'
import type {
  Attributes,
  ClientMessage,
  Position,
  Publish,
  Refusal,
  TopicProperties,
  TopicState,
} from '../../../core/index.js'
import { refusals } from '../../../core/index.js'

/** A message as protobufjs has it: names of gateway.proto in camel case, enums by name; null and undefined are absent. */
export type Form = { readonly [name: string]: unknown }

const root = protobuf.loadSync(fileURLToPath(new URL('../../../proto/gateway.proto', import.meta.url)))

/** The frames of gateway.proto. */
export type FrameName = 'FromClient' | 'FromGateway'

export function encodeByPeer(name: FrameName, form: Form): Uint8Array {
  const type = root.lookupType(`rivulet.v1.${name}`)
  return new Uint8Array(type.encode(type.fromObject(form)).finish())
}

/** What stands in a frame, bytes as base64, without what is default. Throws where protobufjs does. */
export function decodeByPeer(name: FrameName, bytes: Uint8Array): Form {
  const type = root.lookupType(`rivulet.v1.${name}`)
  return type.toObject(type.decode(bytes), { longs: Number, enums: String, bytes: String })
}

/** The places of a frame at which one of its parts ends. */
export function partEnds(frame: Uint8Array): number[] {
  const reader = protobuf.Reader.create(frame)
  const ends = [0]
  while (reader.pos < reader.len) {
    reader.skipType(reader.uint32() & 7)
    ends.push(reader.pos)
  }
  return ends
}

const named = (name: string | null | undefined): string | undefined => name?.replace(/[A-Z]/g, '_$&').toUpperCase()

const positionForm = ({ epoch, offset, held }: Position) => ({ epoch, offset, held: held.map(heldForm) })

const heldForm = ({ topicId, offset }: Position['held'][number]) => ({ topic: topicId, offset })

function attributesForm(attributes: Attributes | null) {
  if (attributes === null) return null
  const { isText: text, pairs, ...rest } = attributes
  return { ...rest, pairs: pairs.map(([name, value]) => ({ name, value })), ...(text && { text }) }
}

function propertiesForm(properties: Partial<TopicProperties> | null) {
  if (properties === null) return null
  const { type, delivery, history, removal, ...rest } = properties
  return {
    ...rest,
    type: named(type),
    delivery: named(delivery),
    history: history && { ...history, age: history.ageMs },
    removal: removal && {
      after: removal.afterMs,
      unsubscribedFor: removal.unsubscribedForMs,
      idleFor: removal.idleForMs,
      withSession: removal.withSession,
    },
  }
}

function publishForm(publish: Publish): Form {
  const { path, type, timeMs, lifetimeMs, attributes, handling, expect, properties, kind, ...rest } = publish
  const { kind: expected, ...version } = expect ?? { kind: null }
  return {
    ...rest,
    path,
    hasPath: path === '',
    type: named(type),
    time: timeMs,
    lifetime: lifetimeMs,
    attributes: attributesForm(attributes),
    ...(handling && { unretained: true }),
    expect: expect && { absent: expected === 'absent', ...version },
    properties: propertiesForm(properties),
  }
}

function requestForm(message: RequestMessage): Form {
  const { kind } = message
  return { ...('request' in message && { request: message.request }), [kind]: askedForm(message) }
}

/** The members whose name or place differs; the others keep theirs. */
function askedForm(message: RequestMessage): Form {
  const { kind, ...rest } = message
  if ('request' in rest) Reflect.deleteProperty(rest, 'request')
  if (message.kind === 'hello') return helloForm(message)
  if (message.kind === 'subscribe') return subscribeForm(message)
  if (message.kind === 'create') return createForm(message)
  if (message.kind === 'administer') return { ...rest, operation: named(message.operation) }
  return rest
}

/** Properties that say nothing are left out. [PROTOCOL 3.10] */
function createForm({ path, properties }: Extract<ClientMessage, { kind: 'create' }>): Form {
  return { path, properties: Object.keys(properties).length > 0 ? propertiesForm(properties) : null }
}

function helloForm(message: Extract<ClientMessage, { kind: 'hello' }>): Form {
  const { user, password, token } = message.credentials
  const { resume } = message
  return {
    versions: message.versions,
    user,
    password,
    token,
    ...message.features,
    resume: resume && { token: resume.token, position: positionForm(resume.position), synced: [...resume.synced] },
    sessionTimeout: message.sessionTimeoutMs,
    keepAlive: message.keepAliveMs,
    bytesPerSecond: message.bytesPerSecondMax,
    agent: message.agent,
  }
}

function subscribeForm({ selector, options }: Extract<ClientMessage, { kind: 'subscribe' }>): Form {
  const { since } = options
  return {
    selector,
    noSnapshot: !options.snapshot,
    interval: options.intervalMs,
    delivery: named(options.delivery),
    priority: options.priority,
    overflow: named(options.overflow),
    ...(since.kind === 'position' && { position: positionForm(since.position) }),
    ...(since.kind === 'duration' && { duration: since.ms }),
    ...(since.kind === 'count' && { count: since.count }),
  }
}

/** A frame that says these things. */
export function fromClientForm(messages: readonly (ClientMessage | WireAcknowledge)[]): Form {
  const frame: Record<'publishes' | 'requests', Form[]> & { acknowledge?: Form } = { publishes: [], requests: [] }
  for (const message of messages) {
    if (message.kind === 'publish') frame.publishes.push(publishForm(message))
    else if (message.kind === 'leave' || message.kind === 'authenticate')
      throw new Error('our own wire has no such message')
    else if (message.kind !== 'acknowledge') frame.requests.push(requestForm(message))
    else frame.acknowledge = { ...message, held: message.held.map(heldForm) }
  }
  return frame
}

const refusalForm = ({ code, detail }: Refusal) => ({ code: refusals[code].number, detail })

function topicForm({ type, version, timeMs, attributes, properties, ...rest }: TopicState): Form {
  return {
    ...rest,
    ...version,
    type: named(type),
    time: timeMs,
    attributes: attributesForm(attributes),
    properties: propertiesForm(properties),
  }
}

function repliedForm(reply: WireReply): Form {
  const { kind, ...rest } = reply
  if (reply.kind === 'welcome') {
    const { start, sessionTimeoutMs, keepAliveMs } = reply
    return { ...rest, start: named(start), sessionTimeout: sessionTimeoutMs, keepAlive: keepAliveMs }
  }
  if (reply.kind === 'synced') return { ...rest, position: positionForm(reply.position) }
  if (reply.kind === 'resynchronised' || reply.kind === 'unsubscribed') return { ...rest, reason: named(reply.reason) }
  if (reply.kind === 'accepted') return { ...rest, ...reply.version }
  if (reply.kind === 'publishRefused' || reply.kind === 'refused') return { ...rest, ...refusalForm(reply.refusal) }
  if (reply.kind === 'fetched') return { ...rest, topics: reply.topics.map(topicForm) }
  if (reply.kind === 'draining') return { reconnectAfter: reply.reconnectAfterMs }
  return rest
}

function updateForm(update: WireUpdate): Form {
  const { topicId, path, content, bytes, type, timeMs, elapsedMs, attributes, ...rest } = update
  return {
    ...rest,
    topic: topicId,
    path,
    hasPath: path === '',
    type: named(type),
    time: timeMs,
    elapsed: elapsedMs,
    attributes: attributesForm(attributes),
    [content]: content === 'value' || content === 'delta' ? bytes : true,
  }
}

/** All that a frame from the gateway says. */
export interface FromGatewayParts {
  readonly updates: readonly WireUpdate[]
  readonly standing: readonly Omit<Position, 'epoch'>[]
  readonly replies: readonly WireReply[]
}

/** A frame that says these things. */
export function fromGatewayForm({ updates, standing, replies }: FromGatewayParts): Form {
  const [stands] = standing
  return {
    updates: updates.map(updateForm),
    standing: stands && { offset: stands.offset, held: stands.held.map(heldForm) },
    replies: replies.map((reply) => ({ [reply.kind]: repliedForm(reply) })),
  }
}
