import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { encodeByPeer } from '../../test/support/mqtt/peer.js'
import { bytesOf } from '../../test/support/mqtt/vectors.js'
import { decodeConnect, decodePacket, isTopicName, mqttLimits, packetBytes, reasons, sharedFilter } from './index.js'

const manyNames = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, '']))

const manyFilters = (count: number): string[] => Array.from({ length: count }, () => 'a')

function decoded(packet: Uint8Array): ReturnType<typeof decodePacket> {
  return decodePacket(packet, 0, packet.length, 5)
}

function assertQuotaExceeded(packet: Uint8Array): void {
  const outcome = decoded(packet)
  assert.equal(outcome.kind === 'malformed' ? outcome.reason : outcome.kind, reasons.quotaExceeded)
}

suite('packet length', () => {
  test('is not known while the header is incomplete', () => {
    for (const hex of ['', '30', '3080', '308080', '30808080']) assert.equal(packetBytes(bytesOf(hex), 0), 0)
    assert.equal(packetBytes(bytesOf('c000'), 2), 0)
    assert.equal(packetBytes(bytesOf('c000'), 7), 0)
  })

  test('is known with the header, whatever else is there', () => {
    assert.equal(packetBytes(bytesOf('307f'), 0), 129)
    assert.equal(packetBytes(bytesOf('308001'), 0), 131)
    assert.equal(packetBytes(bytesOf('30ffffff7f'), 0), 268_435_455 + 5)
  })

  test('of more than four bytes cannot be', () => {
    assert.equal(packetBytes(bytesOf('3080808080'), 0), -1)
    assert.equal(packetBytes(bytesOf('30ffffffff01'), 0), -1)
  })

  test('that is not that of the bytes is refused, and nothing beyond them is read', () => {
    const two = bytesOf('400200014002000240020003')
    for (const [at, end] of [
      [0, 3],
      [0, 5],
      [4, 20],
      [8, 13],
    ] as const)
      assert.equal(decodePacket(two, at, end, 4).kind, 'malformed')
    assert.equal(decodePacket(two, 4, 8, 4).kind, 'puback')
    assert.equal(decodeConnect(bytesOf('100c00044d5154540402003c'), 0, 14).kind, 'malformed')
  })
})

suite('bounds of a packet', () => {
  test('user properties are taken up to the bound, and not beyond', () => {
    const publish = (count: number) =>
      encodeByPeer(
        {
          cmd: 'publish',
          topic: 'a',
          payload: '',
          qos: 0,
          dup: false,
          retain: false,
          properties: { userProperties: manyNames(count) },
        },
        5,
      )
    assert.equal(decoded(publish(mqttLimits.userPropertiesMax)).kind, 'publish')
    assertQuotaExceeded(publish(mqttLimits.userPropertiesMax + 1))
  })

  test('filters are taken up to the bound, and not beyond', () => {
    const subscribe = (count: number) =>
      encodeByPeer(
        { cmd: 'subscribe', messageId: 1, subscriptions: manyFilters(count).map((topic) => ({ topic, qos: 0 })) },
        5,
      )
    const unsubscribe = (count: number) =>
      encodeByPeer({ cmd: 'unsubscribe', messageId: 1, unsubscriptions: manyFilters(count) }, 5)
    for (const packet of [subscribe, unsubscribe]) {
      assert.equal(decoded(packet(mqttLimits.filtersMax)).kind, packet === subscribe ? 'subscribe' : 'unsubscribe')
      assertQuotaExceeded(packet(mqttLimits.filtersMax + 1))
    }
  })
})

suite('reason codes', () => {
  const every = Array.from({ length: 256 }, (_, code) => code)
  const ofMessage = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]
  for (const [name, packet, at, allowed] of [
    ['PUBACK', '4003000100', 4, ofMessage],
    ['PUBREC', '5003000100', 4, ofMessage],
    ['PUBREL', '6203000100', 4, [0, 0x92]],
    ['PUBCOMP', '7003000100', 4, [0, 0x92]],
    [
      'DISCONNECT',
      'e00100',
      2,
      [0, 4, 0x80, 0x81, 0x82, 0x83, 0x90, ...[3, 4, 5, 6, 7, 8, 9].map((low) => 0x90 + low)],
    ],
    ['AUTH', 'f00600041500014d', 2, [0x18, 0x19]],
  ] as const) {
    test(`of ${name} are those that a client may give [MQTT-3.4.2-1, MQTT-3.14.2-1, MQTT-3.15.2-1]`, () => {
      const taken = every.filter((code) => decoded(bytesOf(packet).fill(code, at, at + 1)).kind !== 'malformed')
      assert.deepEqual(taken, allowed)
    })
  }
})

suite('a CONNECT of another protocol', () => {
  for (const [says, hex, dialect] of [
    ['MQTT 3.1', '00064d514973647003', 4],
    ['a bridge of MQTT 3.1', '00064d514973647083', 4],
    ['a name of its own, with the level of 5.0', '00034d515405', 5],
    ['no name at all', '000004', 4],
    ['level 0', '00044d51545400', 4],
    ['level 3', '00044d51545403', 4],
    ['level 6', '00044d51545406', 5],
    ['level 255', '00044d515454ff', 4],
  ] as const) {
    test(`${says} is answered in the dialect that it understands [MQTT-3.1.2-1, MQTT-3.1.2-2]`, () => {
      const body = bytesOf(`${hex}02003c0000`)
      const outcome = decodeConnect(Uint8Array.from([0x10, body.length, ...body]), 0, body.length + 2)
      assert.equal(outcome.kind === 'unsupported' ? outcome.dialect : outcome.kind, dialect)
    })
  }

  test('that is malformed says in which dialect it was, once that is clear', () => {
    const versions = ['c000', '100700044d51545404', '100700044d51545405'].map((hex) => {
      const outcome = decodeConnect(bytesOf(hex), 0, hex.length / 2)
      return outcome.kind === 'malformed' ? outcome.version : outcome.kind
    })
    assert.deepEqual(versions, [0, 4, 5])
  })
})

suite('a decoded message', () => {
  test('has its payload where it lies, as plain bytes', () => {
    const chunk = Buffer.from('300500016168693004000162ff', 'hex')
    const publish = decodePacket(chunk, 0, 7, 4)
    assert.ok(publish.kind === 'publish')
    assert.equal(Object.getPrototypeOf(publish.payload), Uint8Array.prototype)
    chunk[5] = 0x48
    assert.equal(Buffer.from(publish.payload).toString(), 'Hi')
  })

  test('has copies of what is kept with the topic', () => {
    const chunk = bytesOf('300a000161050900020102ff')
    const publish = decodePacket(chunk, 0, chunk.length, 5)
    chunk.fill(0)
    assert.ok(publish.kind === 'publish')
    assert.deepEqual(publish.properties?.correlation, Uint8Array.of(1, 2))
  })
})

suite('topic names and filters', () => {
  test('a topic name has a character, and no wildcard or U+0000 [MQTT-4.7.0-1, MQTT-4.7.3-1, MQTT-4.7.3-2]', () => {
    for (const topic of ['a', '/', ' ', '$SYS/a', 'a//b', '温度']) assert.equal(isTopicName(topic), true, topic)
    for (const topic of ['', '+', '#', 'a/#', 'a+b', 'a\0b']) assert.equal(isTopicName(topic), false, topic)
  })

  test('a shared subscription has a name and a filter [MQTT-4.8.2-1, MQTT-4.8.2-2]', () => {
    assert.deepEqual(sharedFilter('$share/g/a/#'), { name: 'g', filter: 'a/#' })
    assert.deepEqual(sharedFilter('$share/g//'), { name: 'g', filter: '/' })
    for (const text of ['a', '$share', '$share/', '$share/g', '$share//a', '$share/g/', '$share/+/a', '$SHARE/g/a'])
      assert.equal(sharedFilter(text), null, text)
  })
})
