import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { decodeByPeer } from '../../test/support/mqtt/peer.js'
import { hexOf } from '../../test/support/mqtt/vectors.js'
import type { Connack, OutgoingPublish, ServerPacket } from './index.js'
import { encodePacket, PacketWriter, reasons } from './index.js'

const publish: OutgoingPublish = {
  topic: 'a',
  alias: 0,
  qos: 0,
  isRetained: false,
  isDuplicate: false,
  packetId: 0,
  payload: Uint8Array.of(1),
  properties: null,
  subscriptionIds: [],
}

const connack: Connack = { kind: 'connack', isSessionPresent: false, reason: reasons.success }

suite('a packet for a client that takes short ones', () => {
  const userProperties = [['name', 'value']] as const
  const remarked: readonly ServerPacket[] = [
    { ...connack, reasonString: 'why', userProperties },
    { kind: 'suback', packetId: 1, reasons: [reasons.success], reasonString: 'why', userProperties },
    { kind: 'unsuback', packetId: 1, reasons: [reasons.success], reasonString: 'why', userProperties },
    { kind: 'puback', packetId: 1, reason: reasons.success, reasonString: 'why', userProperties },
    { kind: 'disconnect', reason: reasons.serverBusy, reasonString: 'why', userProperties },
  ]

  for (const packet of remarked) {
    test(`${packet.kind} loses its user properties first, then its reason string, then is not sent [MQTT-3.1.2-24]`, () => {
      const whole = lengthOf(packet, 1_000)
      const withoutPairs = lengthOf(packet, whole - 1)
      const bare = lengthOf(packet, withoutPairs - 1)
      // A user property of these has 14 bytes, the reason string 6; with the latter the length of the properties may go too.
      assert.equal(whole - withoutPairs, 14)
      assert.ok(withoutPairs - bare === 6 || (packet.kind === 'puback' && withoutPairs - bare === 8))
      assert.equal(encodePacket(packet, 5, bare - 1), null)
    })
  }

  test('is told what it must know whole or not at all', () => {
    const assigned: Connack = { ...connack, assignedClientId: 'x'.repeat(100) }
    assert.equal(encodePacket(assigned, 5, 100), null)
    assert.equal(encodePacket(assigned, 5, 108)?.length, 108)
  })
})

function lengthOf(packet: ServerPacket, bytesMax: number): number {
  const bytes = encodePacket(packet, 5, bytesMax)
  assert.ok(bytes !== null)
  assert.equal(decodeByPeer(bytes, 5).length, 1)
  return bytes.length
}

suite('CONNACK of 3.1.1', () => {
  test('has its own return codes, and is not sent for what they do not name [MQTT-3.2.2-6 of 3.1.1]', () => {
    const returnCodes = Object.fromEntries(
      Object.entries(reasons).flatMap(([name, reason]) => {
        const bytes = encodePacket({ ...connack, reason }, 4)
        return bytes === null ? [] : [[name, bytes[3]]]
      }),
    )
    assert.deepEqual(returnCodes, {
      success: 0,
      unsupportedVersion: 1,
      clientIdNotValid: 2,
      serverUnavailable: 3,
      serverBusy: 3,
      serverShuttingDown: 3,
      quotaExceeded: 3,
      useAnotherServer: 3,
      serverMoved: 3,
      connectionRateExceeded: 3,
      badUserNameOrPassword: 4,
      notAuthorized: 5,
      banned: 5,
    })
  })
})

suite('the writer of packets', () => {
  test('writes one behind the other, until it is cleared', () => {
    const writer = new PacketWriter()
    writer.acknowledge('puback', 258, reasons.success, 5)
    writer.acknowledge('pubrec', 1, reasons.notAuthorized, 5)
    writer.acknowledge('pubrel', 1, reasons.packetIdNotFound, 4)
    writer.publish(publish, 4)
    writer.raw(Uint8Array.of(0xd0, 0))
    assert.equal(hexOf(writer.written()), '40020102500300018762020001300400016101d000')
    assert.equal(writer.length, 21)
    writer.clear()
    assert.equal(writer.length, 0)
    writer.acknowledge('pubcomp', 1, reasons.success, 4)
    assert.equal(hexOf(writer.written()), '70020001')
  })

  test('grows with what is written, and works as before when it is cleared', () => {
    const writer = new PacketWriter()
    for (const length of [200, 20_000, 3_000_000, 1]) {
      const payload = new Uint8Array(length).fill(7)
      const start = writer.length
      const places = writer.publish({ ...publish, payload }, 5)
      assert.deepEqual(writer.written().slice(start + places.payload), payload)
      if (length > 1_000_000) writer.clear()
    }
  })

  test('writes numbers in as few bytes as they need, and grows for each [MQTT-1.5.5-1]', () => {
    const edges = [1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455]
    const subscriptionIds = edges.flatMap((edge) => Array.from({ length: 20 }, () => edge))
    for (let topicBytes = 1; topicBytes < 40; topicBytes++) {
      const writer = new PacketWriter()
      writer.publish({ ...publish, topic: 'x'.repeat(topicBytes), subscriptionIds }, 5)
      const [read] = decodeByPeer(writer.written(), 5)
      assert.ok(read?.cmd === 'publish')
      assert.deepEqual(read.properties?.subscriptionIdentifier, subscriptionIds)
      const [idBytes, beforeIds] = [20 * (2 + 2 + 3 + 3 + 4 + 4 + 5 + 5), 3 + 2 + topicBytes + 2]
      assert.equal(writer.length, beforeIds + idBytes + publish.payload.length)
    }
  })

  test('writes characters of every width in UTF-8, in short and long texts [MQTT-1.5.4-1]', () => {
    for (const character of ['\u0001', '\u007f', '\u0080', '\u07ff', '\u0800', '\uffff', '\u{10000}', '\u{10ffff}']) {
      for (const topic of [character, `a${character}`, character.repeat(100)]) {
        const writer = new PacketWriter()
        const { payload } = writer.publish({ ...publish, topic }, 4)
        const written = Buffer.from(writer.written().subarray(0, payload))
        assert.equal(written.toString('utf8', payload - Buffer.byteLength(topic)), topic)
      }
    }
  })

  test('writes nothing of a message that the format cannot hold', () => {
    const writer = new PacketWriter()
    const tooLong = 'x'.repeat(65_536)
    writer.publish({ ...publish, topic: 'x'.repeat(65_535) }, 4)
    const { length } = writer
    assert.throws(() => writer.publish({ ...publish, topic: tooLong }, 4), RangeError)
    assert.throws(() => writer.publish({ ...publish, topic: 'é'.repeat(32_768) }, 4), RangeError)
    assert.throws(() => writer.publish({ ...publish, payload: new Uint8Array(268_435_456) }, 4), RangeError)
    const properties = { ...noProperties, correlation: new Uint8Array(65_536) }
    assert.throws(() => writer.publish({ ...publish, properties }, 5), RangeError)
    assert.equal(writer.length, length)
  })
})

const noProperties = {
  isText: null,
  expirySeconds: null,
  contentType: null,
  responseTopic: null,
  correlation: null,
  userProperties: [],
}
