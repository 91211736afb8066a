/** Messages of the conformance suite as a client of MQTT 5.0 says them, and its packets as the suite hears them. */
import type { IConnectPacket, IPublishPacket, ISubscribePacket, UserProperties } from 'mqtt-packet'
import type {
  Attributes,
  CloseReason,
  Hello,
  Publish,
  RefusalCode,
  Subscribe,
  SubscribeOptions,
  ValueType,
} from '../../../core/index.js'
import type { HeardUpdate } from '../../conformance/harness.js'

/** Half as much again is allowed by the standard before a client counts as gone. */
const keepAliveShare = 1.5

/**
 * So many messages may be unacknowledged: one that a reader does not acknowledge leaves no room, however much the system's own
 * buffers would swallow.
 */
const receiveMaximum = 1

/** CONNECT. A client that wants its session back names it; any other begins anew. */
export function connectOf(hello: Hello, clientId: string): IConnectPacket {
  const { credentials, resume, keepAliveMs, sessionTimeoutMs } = hello
  const { user, password } = credentials
  return {
    cmd: 'connect',
    protocolVersion: hello.versions.includes(1) ? 5 : 3,
    clientId,
    clean: resume === null,
    keepalive: Math.floor(keepAliveMs / 1_000 / keepAliveShare),
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password: Buffer.from(password) }),
    properties: { sessionExpiryInterval: sessionTimeoutMs / 1_000, receiveMaximum, topicAliasMaximum: 8 },
  }
}

/** SUBSCRIBE: what MQTT leaves out, as user properties of this gateway. */
export function subscribeOf({ selector, options, group }: Subscribe, messageId: number): ISubscribePacket {
  const topic = group ? `$share/${group.name}/${selector}` : selector
  const userProperties = wishesOf(options)
  return {
    cmd: 'subscribe',
    messageId,
    subscriptions: [{ topic, qos: 1, nl: false, rap: false, rh: options.snapshot ? 0 : 2 }],
    properties: { userProperties },
  }
}

function wishesOf({ delivery, intervalMs }: SubscribeOptions): UserProperties {
  const rate = intervalMs > 0 && { rate: `${Math.round(3_600_000 / intervalMs)}/h` }
  return { delivery: delivery ?? 'latest', ...rate }
}

const contentTypes = {
  json: 'application/json',
  string: 'text/plain',
  binary: 'application/octet-stream',
  int64: null,
  double: null,
} as const

/** PUBLISH: retained, as what others publish is where topics keep their values; but an empty value, which would remove the topic. */
export function publishOf(message: Publish, messageId: number): IPublishPacket {
  const { path, alias, value, lifetimeMs, sequence } = message
  return {
    cmd: 'publish',
    topic: path ?? '',
    payload: Buffer.from(value),
    qos: sequence > 0 ? 1 : 0,
    dup: false,
    retain: value.length > 0,
    ...(sequence > 0 && { messageId }),
    properties: {
      ...(alias > 0 && { topicAlias: alias }),
      ...(lifetimeMs > 0 && { messageExpiryInterval: lifetimeMs / 1_000 }),
      ...propertiesOf(message),
    },
  }
}

/** What an MQTT client says to remove a topic. */
export const removalOf = (topic: string, messageId: number): IPublishPacket => ({
  cmd: 'publish',
  topic,
  payload: '',
  qos: 1,
  dup: false,
  retain: true,
  messageId,
})

function propertiesOf({ attributes, type }: Publish): NonNullable<IPublishPacket['properties']> {
  const contentType = attributes?.contentType ?? (type && contentTypes[type])
  return {
    ...(contentType && { contentType }),
    ...(attributes?.isText && { payloadFormatIndicator: true }),
    ...(attributes?.replyPath && { responseTopic: attributes.replyPath }),
    ...(attributes?.correlation && { correlationData: Buffer.from(attributes.correlation) }),
  }
}

/** What the suite hears of a PUBLISH, beside its topic and what numbers it. */
export function heardOf({
  payload,
  properties,
  retain,
}: IPublishPacket): Omit<HeardUpdate, 'topicId' | 'path' | 'offset'> {
  const isRemoved = properties?.userProperties?.removed === 'true'
  const attributes = attributesOf(properties)
  return {
    kind: 'update',
    value: new Uint8Array(Buffer.from(payload)),
    type: typeOf(properties?.contentType),
    timeMs: 0,
    attributes,
    hasValue: !isRemoved,
    isSnapshot: retain,
    isRemoved,
    isGap: false,
    isDelta: false,
  }
}

function typeOf(contentType = ''): ValueType {
  if (contentType === contentTypes.json) return 'json'
  return contentType === contentTypes.string ? 'string' : 'binary'
}

function attributesOf(properties: IPublishPacket['properties']): Attributes | null {
  if (properties?.contentType === undefined) return null
  const { contentType, payloadFormatIndicator = false, responseTopic = null, correlationData = null } = properties
  return {
    pairs: [],
    contentType,
    isText: payloadFormatIndicator,
    replyPath: responseTopic,
    correlation: correlationData,
  }
}

const closeReasons = new Map<number, CloseReason>([
  [0x80, 'internalError'],
  [0x81, 'malformedMessage'],
  [0x82, 'protocolViolation'],
  [0x84, 'unsupportedVersion'],
  [0x8b, 'draining'],
  [0x8d, 'keepAliveTimeout'],
  [0x8e, 'takenOver'],
  [0x95, 'messageTooLarge'],
  [0x96, 'tooManyRequests'],
  [0x97, 'slowConsumer'],
  [0x98, 'sessionRemoved'],
])

const connackReasons = new Map<number, CloseReason>([
  [0x86, 'notAuthenticated'],
  [0x87, 'forbidden'],
  [0x88, 'draining'],
  [0x89, 'tooManyRequests'],
  [0x97, 'tooManyConnections'],
])

/** What DISCONNECT says. */
export const closeReasonOf = (code = 0): CloseReason => closeReasons.get(code) ?? 'linkLost'

/** What CONNACK says where it lets nobody in. */
export const refusalReasonOf = (code: number): CloseReason => connackReasons.get(code) ?? closeReasonOf(code)

const refusalCodes = new Map<number, RefusalCode>([
  [0x11, 'notFound'],
  [0x87, 'forbidden'],
  [0x8f, 'invalidSelector'],
  [0x90, 'invalidPath'],
  [0x97, 'tooLarge'],
  [0x99, 'invalidValue'],
])

/** What an acknowledgement says; null: it was done. */
export const refusalCodeOf = (code = 0): RefusalCode | null =>
  code === 0x11 || code >= 0x80 ? (refusalCodes.get(code) ?? 'unsupported') : null
