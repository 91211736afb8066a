/** Any packet: of a client as mqtt-packet writes it, of the gateway as our encoder takes it. */
import fc from 'fast-check'
import type {
  Acknowledgement,
  Connack,
  OutgoingPublish,
  PublishProperties,
  Suback,
  UserProperties,
} from '../../../codecs/mqtt/index.js'
import { reasons } from '../../../codecs/mqtt/index.js'
import { record } from '../wire/messages.js'
import type { PeerPacket } from './peer.js'

const uint16 = fc.oneof(fc.nat(300), fc.nat(65_535))
const uint32 = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
const packetId = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 65_535 }))
const qos = fc.constantFrom(0, 1, 2)
const subscriptionId = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 268_435_455 }))

const withoutNull = (text: string): string => text.replaceAll('\0', '')
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ maxLength: 60 }),
    fc.constantFrom('', '\ufeff', 'é', '温度', '🙂', 'long/'.repeat(50)),
  )
  .map(withoutNull)
const topic = text.map((any) => any.replaceAll(/[+#]/g, '') || '/')
const levels = fc.array(fc.oneof(fc.constant('+'), topic), { maxLength: 3 })
const filter = fc
  .tuple(levels, fc.constantFrom('/#', '', '/'))
  .map(([all, end]) => all.join('/') + end || '#')
  .filter((any) => !any.startsWith('$share/'))
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((view) => new Uint8Array(view)),
  fc.constantFrom(0, 128, 20_000).map((length) => new Uint8Array(length).fill(7)),
)
const buffer = bytes.map((view) => Buffer.from(view))

/** Names that an object keeps in order: no numbers, and each once. */
const orderedName = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '-'), minLength: 1, maxLength: 4 })
const byName = fc.dictionary(orderedName, fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 })), {
  minKeys: 1,
  maxKeys: 3,
  noNullPrototype: true,
})

/** Some of these properties. */
const some = <T extends object>(model: { [Name in keyof T]: fc.Arbitrary<T[Name]> }) =>
  fc.record<T, never>(model, { requiredKeys: [], noNullPrototype: true })

const messageProperties = {
  payloadFormatIndicator: fc.boolean(),
  messageExpiryInterval: uint32,
  contentType: text,
  responseTopic: topic,
  correlationData: buffer,
  userProperties: byName,
}

const will = record({
  topic,
  payload: buffer,
  qos,
  retain: fc.boolean(),
  properties: some({ ...messageProperties, willDelayInterval: uint32 }),
})

const connectProperties = some({
  sessionExpiryInterval: uint32,
  receiveMaximum: packetId,
  maximumPacketSize: packetId,
  topicAliasMaximum: uint16,
  requestResponseInformation: fc.boolean(),
  requestProblemInformation: fc.boolean(),
  authenticationMethod: text,
  userProperties: byName,
})

/** mqtt-packet writes no password without a user. */
const secrets = fc.oneof(fc.constant({}), record({ username: text }), record({ username: text, password: buffer }))
const wills = fc.oneof(fc.constant({}), record({ will }))

const connect = fc
  .tuple(record({ clientId: text, keepalive: uint16, properties: connectProperties }), secrets, wills)
  .map(([packet, secret, last]) => ({ cmd: 'connect' as const, clean: true, ...packet, ...secret, ...last }))

const publish = fc
  .tuple(topic, buffer, qos, fc.boolean(), fc.boolean(), packetId, some({ ...messageProperties, topicAlias: packetId }))
  .map(([name, payload, level, retain, again, messageId, properties]) => ({
    cmd: 'publish' as const,
    topic: name,
    payload,
    qos: level,
    retain,
    dup: again && level > 0,
    ...(level > 0 && { messageId }),
    properties,
  }))

const remarks = some({ reasonString: text, userProperties: byName })
const ofMessage = fc.constantFrom(0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99)
const ofRelease = fc.constantFrom(0, 0x92)

const acknowledgement = fc.oneof(
  record({ cmd: fc.constantFrom('puback', 'pubrec'), messageId: packetId, reasonCode: ofMessage, properties: remarks }),
  record({
    cmd: fc.constantFrom('pubrel', 'pubcomp'),
    messageId: packetId,
    reasonCode: ofRelease,
    properties: remarks,
  }),
)

const subscription = record({ topic: filter, qos, nl: fc.boolean(), rap: fc.boolean(), rh: qos })

const subscribe = record({
  cmd: fc.constant('subscribe' as const),
  messageId: packetId,
  subscriptions: fc.array(subscription, { minLength: 1, maxLength: 4 }),
  properties: some({ subscriptionIdentifier: subscriptionId, userProperties: byName }),
})

const unsubscribe = record({
  cmd: fc.constant('unsubscribe' as const),
  messageId: packetId,
  unsubscriptions: fc.array(filter, { minLength: 1, maxLength: 4 }),
  properties: some({ userProperties: byName }),
})

const disconnect = record({
  cmd: fc.constant('disconnect' as const),
  reasonCode: fc.constantFrom(0, 4, 0x80, 0x98),
  properties: some({ sessionExpiryInterval: uint32, reasonString: text, userProperties: byName }),
})

const auth = some({ authenticationData: buffer, reasonString: text, userProperties: byName }).map((properties) => ({
  cmd: 'auth' as const,
  reasonCode: 0x18,
  properties: { authenticationMethod: 'M', ...properties },
}))

const pingreq = fc.constant({ cmd: 'pingreq' as const })

/** A packet of a client as mqtt-packet takes it; what it says beyond MQTT 3.1.1 is not written there. */
export const clientPacket: fc.Arbitrary<PeerPacket> = fc.oneof(
  connect,
  publish,
  acknowledgement,
  subscribe,
  unsubscribe,
  pingreq,
  disconnect,
  auth,
)

const userProperties: fc.Arbitrary<UserProperties> = fc.array(fc.tuple(text, text), { maxLength: 4 })
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary)

/** What a message says about itself, in any order and as often as the standard allows. */
const properties = record<PublishProperties>({
  isText: orNull(fc.boolean()),
  expirySeconds: orNull(uint32),
  contentType: orNull(text),
  responseTopic: orNull(topic),
  correlation: orNull(bytes),
  userProperties,
})

/** Any message that the gateway sends. */
export const outgoingPublish = record<OutgoingPublish>({
  topic,
  alias: fc.oneof(fc.constant(0), packetId),
  qos,
  isRetained: fc.boolean(),
  isDuplicate: fc.constant(false),
  packetId,
  payload: bytes,
  properties: orNull(properties),
  subscriptionIds: fc.array(subscriptionId, { maxLength: 3 }),
})

const serverRemarks = { reasonString: orNull(text), userProperties }

export const anyAcknowledgement = fc.oneof(
  record<Acknowledgement>({
    kind: fc.constantFrom('puback', 'pubrec'),
    packetId,
    reason: fc.constantFrom(reasons.success, reasons.noMatchingSubscribers, reasons.quotaExceeded),
    ...serverRemarks,
  }),
  record<Acknowledgement>({
    kind: fc.constantFrom('pubrel', 'pubcomp'),
    packetId,
    reason: fc.constantFrom(reasons.success, reasons.packetIdNotFound),
    ...serverRemarks,
  }),
)

const granted = fc.constantFrom(reasons.success, reasons.grantedQos1, reasons.grantedQos2, reasons.notAuthorized)

export const suback = record<Suback>({
  kind: fc.constant('suback'),
  packetId,
  reasons: fc.array(granted, { minLength: 1, maxLength: 200 }),
  ...serverRemarks,
})

const orUndefined = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })

export const connack = record<Connack>({
  kind: fc.constant('connack'),
  isSessionPresent: fc.boolean(),
  reason: fc.constantFrom(reasons.success, reasons.notAuthorized, reasons.useAnotherServer),
  sessionExpirySeconds: orUndefined(uint32),
  receiveMax: orUndefined(packetId),
  qosMax: orUndefined(fc.constantFrom(0, 1)),
  isRetainAvailable: orUndefined(fc.boolean()),
  packetBytesMax: orUndefined(fc.integer({ min: 1, max: 2 ** 32 - 1 })),
  assignedClientId: orUndefined(text),
  topicAliasMax: orUndefined(uint16),
  areWildcardsAvailable: orUndefined(fc.boolean()),
  areSubscriptionIdsAvailable: orUndefined(fc.boolean()),
  isSharingAvailable: orUndefined(fc.boolean()),
  keepAliveSeconds: orUndefined(uint16),
  responseInformation: orUndefined(text),
  serverReference: orUndefined(text),
  authenticationMethod: orUndefined(text),
  authenticationData: orUndefined(bytes),
  ...serverRemarks,
})
