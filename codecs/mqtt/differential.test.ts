/** Our codec beside mqtt-packet, which knows nothing of ours, and beside itself. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { decode, versionToTell } from '../../test/support/mqtt/form.js'
import { anyAcknowledgement, clientPacket, connack, outgoingPublish, suback } from '../../test/support/mqtt/packets.js'
import type { PeerPacket } from '../../test/support/mqtt/peer.js'
import { encodeByPeer, readByPeer, readByUs } from '../../test/support/mqtt/peer.js'
import { hexOf } from '../../test/support/mqtt/vectors.js'
import type { Connack, MqttVersion, OutgoingPublish, PublishProperties, UserProperties } from './index.js'
import {
  decodePacket,
  encodePacket,
  PacketWriter,
  pubackId,
  putDuplicate,
  putExpiry,
  putPacketId,
  reasons,
  topicOf,
} from './index.js'

const version = fc.constantFrom<MqttVersion[]>(4, 5)

function written(message: OutgoingPublish, spoken: MqttVersion) {
  const writer = new PacketWriter()
  const places = writer.publish(message, spoken)
  return { bytes: writer.written(), places }
}

/** mqtt-packet holds user properties in an object: in order come names that are no numbers and stand once. */
const inOrder = (userProperties: UserProperties): UserProperties =>
  userProperties.map(([name, value], index) => [`${index}-${name}`, value])

const withOrder = (properties: PublishProperties | null): PublishProperties | null =>
  properties && { ...properties, userProperties: inOrder(properties.userProperties) }

const present = (properties: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null && value !== undefined))

const gathered = (userProperties: UserProperties) =>
  userProperties.length > 0 ? Object.fromEntries(userProperties) : null

/** The same message for mqtt-packet, which writes properties in the order of their names here. */
const peerPublish = (message: OutgoingPublish): PeerPacket => ({
  cmd: 'publish',
  topic: message.topic ?? '',
  payload: Buffer.from(message.payload),
  qos: message.qos,
  retain: message.isRetained,
  dup: message.isDuplicate,
  messageId: message.packetId,
  properties: present({
    topicAlias: message.alias === 0 ? null : message.alias,
    payloadFormatIndicator: message.properties?.isText ?? null,
    messageExpiryInterval: message.properties?.expirySeconds ?? null,
    contentType: message.properties?.contentType ?? null,
    responseTopic: message.properties?.responseTopic ?? null,
    correlationData: message.properties?.correlation ? Buffer.from(message.properties.correlation) : null,
    userProperties: gathered(message.properties?.userProperties ?? []),
    subscriptionIdentifier: message.subscriptionIds.length > 0 ? [...message.subscriptionIds] : null,
  }),
})

/** The same CONNACK for mqtt-packet, which writes properties in the order of their names here, too. */
const peerConnack = (connack: Connack): PeerPacket => ({
  cmd: 'connack',
  sessionPresent: connack.isSessionPresent && connack.reason === reasons.success,
  reasonCode: connack.reason,
  properties: present({
    sessionExpiryInterval: connack.sessionExpirySeconds,
    receiveMaximum: connack.receiveMax,
    maximumQoS: connack.qosMax,
    retainAvailable: connack.isRetainAvailable,
    maximumPacketSize: connack.packetBytesMax,
    assignedClientIdentifier: connack.assignedClientId,
    topicAliasMaximum: connack.topicAliasMax,
    wildcardSubscriptionAvailable: connack.areWildcardsAvailable,
    subscriptionIdentifiersAvailable: connack.areSubscriptionIdsAvailable,
    sharedSubscriptionAvailable: connack.isSharingAvailable,
    serverKeepAlive: connack.keepAliveSeconds,
    responseInformation: connack.responseInformation,
    serverReference: connack.serverReference,
    authenticationMethod: connack.authenticationMethod,
    authenticationData: connack.authenticationData && Buffer.from(connack.authenticationData),
    reasonString: connack.reasonString,
    userProperties: gathered(connack.userProperties ?? []),
  }),
})

suite('our codec beside mqtt-packet', () => {
  test('what a client says is read the same', () => {
    const same = fc.property(clientPacket, version, (packet, spoken) => {
      if (packet.cmd === 'auth' && spoken === 4) return
      const bytes = encodeByPeer(packet.cmd === 'connect' ? { ...packet, protocolVersion: spoken } : packet, spoken)
      const decoded = decode(bytes, versionToTell(bytes, spoken))
      if (decoded.kind === 'malformed' || decoded.kind === 'unsupported') assert.fail(decoded.why)
      assert.deepEqual(readByUs(decoded, spoken), readByPeer(bytes, spoken))
    })
    fc.assert(same, { numRuns: 2_000 })
  })

  test('a PUBACK that is read without making an object of it is the same', () => {
    const same = fc.property(clientPacket, version, (packet, spoken) => {
      if (packet.cmd === 'connect' || packet.cmd === 'auth') return
      const bytes = encodeByPeer(packet, spoken)
      const { cmd, messageId, reasonCode = 0 } = readByPeer(bytes, spoken)
      const id = pubackId(bytes, 0, bytes.length)
      if (id > 0) assert.deepEqual([cmd, messageId, reasonCode], ['puback', id, 0])
      else assert.ok(cmd !== 'puback' || bytes.length > 4)
    })
    fc.assert(same, { numRuns: 2_000 })
  })

  test('a message is written the same, byte by byte', () => {
    const same = fc.property(outgoingPublish, version, (any, spoken) => {
      const message = { ...any, properties: withOrder(any.properties) }
      assert.equal(hexOf(written(message, spoken).bytes), hexOf(encodeByPeer(peerPublish(message), spoken)))
    })
    fc.assert(same, { numRuns: 1_000 })
  })

  test('SUBACK is written the same, byte by byte', () => {
    const same = fc.property(suback, (any) => {
      const { packetId, reasons, reasonString } = any
      const userProperties = inOrder(any.userProperties ?? [])
      const properties = present({ reasonString, userProperties: gathered(userProperties) })
      const bytes = encodePacket({ ...any, userProperties }, 5)
      assert.ok(bytes !== null)
      const peer = encodeByPeer({ cmd: 'suback', messageId: packetId, granted: [...reasons], properties }, 5)
      assert.equal(hexOf(bytes), hexOf(peer))
    })
    fc.assert(same)
  })

  test('CONNACK is written the same, byte by byte', () => {
    const same = fc.property(connack, (any) => {
      const message = { ...any, userProperties: inOrder(any.userProperties ?? []) }
      const bytes = encodePacket(message, 5)
      assert.ok(bytes !== null)
      assert.equal(hexOf(bytes), hexOf(encodeByPeer(peerConnack(message), 5)))
    })
    fc.assert(same, { numRuns: 1_000 })
  })
})

suite('what we write', () => {
  test('a message is read again whole, with its user properties in order [MQTT-3.3.2-18]', () => {
    const same = fc.property(outgoingPublish, (any) => {
      const message = { ...any, subscriptionIds: [] }
      const { bytes, places } = written(message, 5)
      const read = decodePacket(bytes, 0, bytes.length, 5)
      assert.ok(read.kind === 'publish')
      assert.equal(topicOf(read), message.topic)
      assert.deepEqual([read.qos, read.alias, read.isRetained], [message.qos, message.alias, message.isRetained])
      assert.equal(read.packetId, message.qos === 0 ? 0 : message.packetId)
      assert.deepEqual(read.properties ?? noProperties, message.properties ?? noProperties)
      assert.equal(hexOf(read.payload), hexOf(message.payload))
      assert.equal(hexOf(bytes.subarray(places.payload)), hexOf(message.payload))
    })
    fc.assert(same, { numRuns: 500 })
  })

  test('an acknowledgement is read again whole', () => {
    const same = fc.property(anyAcknowledgement, (packet) => {
      const bytes = encodePacket(packet, 5)
      assert.ok(bytes !== null)
      assert.deepEqual(decodePacket(bytes, 0, bytes.length, 5), packet)
    })
    fc.assert(same)
  })

  test('a copy of a message is patched at the places that were named', () => {
    const same = fc.property(outgoingPublish, version, fc.nat(65_535), fc.nat(2 ** 31), (message, spoken, id, left) => {
      const { bytes, places } = written(message, spoken)
      const copy = bytes.slice()
      const expiresToo = message.properties !== null && message.properties.expirySeconds !== null
      assert.equal(places.packetId !== 0, message.qos > 0)
      assert.equal(places.expiry !== 0, expiresToo && spoken === 5)
      if (places.packetId !== 0) putPacketId(copy, places.packetId, id)
      if (places.expiry !== 0) putExpiry(copy, places.expiry, left)
      const properties = message.properties && {
        ...message.properties,
        expirySeconds: expiresToo ? left : null,
      }
      assert.equal(hexOf(copy), hexOf(written({ ...message, packetId: id, properties }, spoken).bytes))
      putDuplicate(copy)
      const again = written({ ...message, packetId: id, properties, isDuplicate: true }, spoken)
      assert.equal(hexOf(copy), hexOf(again.bytes))
    })
    fc.assert(same)
  })
})

const noProperties: PublishProperties = {
  isText: null,
  expirySeconds: null,
  contentType: null,
  responseTopic: null,
  correlation: null,
  userProperties: [],
}
