/**
 * The same packets by another implementation: mqtt-packet, either side of the connection.
 *
 * It is less strict than the standard and forgets some of what it reads (codecs/mqtt/README.md), so it can confirm what we read, and
 * write what a client sends, but cannot say what is malformed.
 */
import assert from 'node:assert/strict'
import type { Packet as PeerPacket } from 'mqtt-packet'
import { generate, parser } from 'mqtt-packet'
import type {
  Connect,
  MqttVersion,
  Packet,
  Publish,
  PublishProperties,
  UserProperties,
  Will,
} from '../../../codecs/mqtt/index.js'
import { topicOf } from '../../../codecs/mqtt/index.js'
import type { Form } from './vectors.js'
import { hexOf } from './vectors.js'

export type { PeerPacket }

/** A packet of a client or a server as bytes; throws where mqtt-packet finds it wrong. */
export const encodeByPeer = (packet: PeerPacket, protocolVersion: MqttVersion): Uint8Array =>
  new Uint8Array(generate(packet, { protocolVersion }))

/** All packets that stand in `bytes`, from a client or a server; throws where mqtt-packet does, or what is left is no packet. */
export function decodeByPeer(bytes: Uint8Array, protocolVersion: MqttVersion): PeerPacket[] {
  const packets: PeerPacket[] = []
  const reading = parser({ protocolVersion })
  reading.on('packet', (packet) => packets.push(packet))
  reading.on('error', (error) => {
    throw error
  })
  const left = reading.parse(Buffer.from(bytes))
  assert.equal(left, 0, 'mqtt-packet left bytes over')
  return packets
}

/** What CONNECT says where it does not say it. */
const connectDefaults = {
  sessionExpiryInterval: 0,
  receiveMaximum: 65_535,
  topicAliasMaximum: 0,
  requestResponseInformation: false,
  requestProblemInformation: true,
}

/** The one packet in `bytes` as mqtt-packet reads it, with nothing but what the packet says. */
export function readByPeer(bytes: Uint8Array, version: MqttVersion): Form {
  const [packet, ...others] = decodeByPeer(bytes, version)
  assert.ok(packet !== undefined && others.length === 0)
  const { length, ...said } = plain({ ...packet })
  if (packet.cmd === 'publish') return said
  const { retain, qos, dup, topic, payload, ...rest } = said
  return packet.cmd === 'connect' && packet.protocolVersion === 5 ? withDefaults(rest, packet) : rest
}

function withDefaults(said: Form, { properties, will }: Extract<PeerPacket, { cmd: 'connect' }>): Form {
  const last = will && { will: { ...will, properties: { willDelayInterval: 0, ...will.properties } } }
  return plain({ ...said, properties: { ...connectDefaults, ...properties }, ...last })
}

/** The same, from what we read. */
export function readByUs(packet: Packet | Connect, version: MqttVersion): Form {
  if (packet.kind === 'connect') return plain(connectForm(packet))
  if (packet.kind === 'publish') return plain(publishForm(packet))
  if (packet.kind === 'pingreq') return { cmd: packet.kind }
  if (packet.kind === 'disconnect' && version === 4) return { cmd: packet.kind }
  return plain(restForm(packet, version))
}

/** Bytes as hexadecimal text, and without what is undefined. */
const plain = (form: Form): Form =>
  Object.fromEntries(
    Object.entries(form)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, plainValue(value)]),
  )

function plainValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value)
  if (Array.isArray(value)) return value.map(plainValue)
  return typeof value === 'object' && value !== null ? plain({ ...value }) : value
}

/** Left out where there is nothing in it. */
function some(properties: Form): Form {
  const said = Object.entries(properties).filter(([, value]) => value !== null && value !== undefined)
  return said.length > 0 ? { properties: Object.fromEntries(said) } : {}
}

/** As mqtt-packet gathers them: by name, and an empty value gives way to the next. */
function gathered(userProperties: UserProperties): Form | null {
  const all = new Map<string, string | string[]>()
  for (const [name, value] of userProperties) {
    const before = all.get(name)
    if (before === undefined || before === '') all.set(name, value)
    else all.set(name, Array.isArray(before) ? [...before, value] : [before, value])
  }
  return userProperties.length > 0 ? Object.fromEntries(all) : null
}

const messageProperties = (properties: PublishProperties | null): Form =>
  properties === null
    ? {}
    : {
        payloadFormatIndicator: properties.isText,
        messageExpiryInterval: properties.expirySeconds,
        contentType: properties.contentType,
        responseTopic: properties.responseTopic,
        correlationData: properties.correlation,
        userProperties: gathered(properties.userProperties),
      }

const publishForm = (publish: Publish): Form => ({
  cmd: 'publish',
  retain: publish.isRetained,
  qos: publish.qos,
  dup: publish.isDuplicate,
  topic: topicOf(publish),
  payload: publish.payload,
  messageId: publish.packetId === 0 ? undefined : publish.packetId,
  ...some({ ...messageProperties(publish.properties), topicAlias: publish.alias === 0 ? null : publish.alias }),
})

function restForm(packet: Exclude<Packet, { kind: 'publish' | 'pingreq' }>, version: MqttVersion): Form {
  const userProperties = gathered(packet.userProperties)
  if (packet.kind === 'unsubscribe')
    return {
      cmd: packet.kind,
      messageId: packet.packetId,
      unsubscriptions: packet.filters,
      ...some({ userProperties }),
    }
  if (packet.kind === 'subscribe') {
    const subscriptionIdentifier = packet.subscriptionId === 0 ? null : packet.subscriptionId
    const subscriptions = packet.subscriptions.map(({ filter: topic, qos, ...options }) =>
      version === 4
        ? { topic, qos }
        : { topic, qos, nl: options.noLocal, rap: options.retainAsPublished, rh: options.retainHandling },
    )
    const properties = some({ userProperties, subscriptionIdentifier })
    return { cmd: packet.kind, messageId: packet.packetId, subscriptions, ...properties }
  }
  const { kind: cmd, reason, reasonString } = packet
  const reasonCode = version === 5 ? { reasonCode: reason } : {}
  if (packet.kind === 'disconnect') {
    const sessionExpiryInterval = packet.sessionExpirySeconds
    return { cmd, ...reasonCode, ...some({ reasonString, userProperties, sessionExpiryInterval }) }
  }
  if (packet.kind === 'auth') {
    const { authenticationMethod, authenticationData } = packet
    return { cmd, ...reasonCode, ...some({ authenticationMethod, authenticationData, reasonString, userProperties }) }
  }
  return { cmd, messageId: packet.packetId, ...reasonCode, ...some({ reasonString, userProperties }) }
}

const connectForm = (connect: Connect): Form => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: connect.version,
  bridgeMode: connect.isBridge ? true : undefined,
  clean: connect.isCleanStart,
  keepalive: connect.keepAliveSeconds,
  clientId: connect.clientId,
  will: connect.will === null ? undefined : willForm(connect.will, connect.version),
  username: connect.user ?? undefined,
  password: connect.password ?? undefined,
  ...(connect.version === 5 ? some(connectProperties(connect)) : {}),
})

const willForm = (will: Will, version: MqttVersion): Form => ({
  retain: will.isRetained,
  qos: will.qos,
  topic: will.topic,
  payload: will.payload,
  ...(version === 5 ? some({ ...messageProperties(will.properties), willDelayInterval: will.delaySeconds }) : {}),
})

const connectProperties = ({ properties }: Connect): Form => ({
  sessionExpiryInterval: properties.sessionExpirySeconds,
  receiveMaximum: properties.receiveMax,
  maximumPacketSize: properties.packetBytesMax,
  topicAliasMaximum: properties.topicAliasMax,
  requestResponseInformation: properties.wantsResponseInformation,
  requestProblemInformation: properties.wantsProblemInformation,
  authenticationMethod: properties.authenticationMethod,
  authenticationData: properties.authenticationData,
  userProperties: gathered(properties.userProperties),
})
