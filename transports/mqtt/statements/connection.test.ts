import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { field, packet, properties, short } from '../../../test/support/mqtt/bytes.js'
import { cases } from '../../../test/support/mqtt/cases.js'

suite('MQTT statements: the life of a connection', () => {
  const { both, only } = cases()

  both('a client that is silent for one and a half keep-alives is cut off and its will published', async (it) => {
    const watching = await it.connect('watcher')
    await watching.subscribe(it.topic('will'))
    const will = { topic: it.topic('will'), payload: Buffer.from('gone') }
    const client = await it.connect('a', { keepalive: 2, will })
    await it.broker.pass(2_800)
    assert.equal(client.isClosed, false)
    await it.broker.pass(700)
    await client.closed()
    assert.deepEqual(await watching.texts(1), ['gone'])
  })

  both('PINGREQ is answered with PINGRESP', async (it) => {
    const client = await it.connect('a')
    client.send({ cmd: 'pingreq' })
    assert.deepEqual(await client.bytesOf('pingresp'), Buffer.from([0xd0, 0]))
  })

  both('nothing that follows DISCONNECT is processed, and the connection ends', async (it) => {
    const reader = await it.connect('reader')
    await reader.subscribe(it.topic('#'))
    const client = await it.connect('a')
    client.sendBytes(packet(0xe0), packet(0x30, field(it.topic('late')), properties(it.version)), packet(0xc0))
    assert.deepEqual(await client.closed(), [])
    await it.isQuiet(reader)
  })

  both('a packet with reserved flags ends the connection', async (it) => {
    const none = properties(it.version)
    const topic = field(it.topic('a'))
    const wrong = [
      packet(0x41, short(1)),
      packet(0x58, short(1)),
      packet(0x71, short(1)),
      packet(0xc1),
      packet(0xe1),
      packet(0x80, short(1), none, topic, [0]),
      packet(0xa0, short(1), none, topic),
      packet(0xf0 + it.version - 4),
      packet(0),
    ]
    for (const bytes of wrong) {
      const client = await it.connect('a')
      client.sendBytes(bytes)
      const answers = await client.closed()
      assert.ok(answers.every(({ cmd }) => cmd === 'disconnect'))
    }
  })

  only(5, 'DISCONNECT with reserved flags is answered with DISCONNECT 0x81', async (it) => {
    const client = await it.connect('a')
    client.sendBytes(packet(0xe1))
    assert.equal((await client.expect('disconnect')).reasonCode, 0x81)
    assert.deepEqual(await client.closed(), [])
  })

  only(
    5,
    'malformed packets and protocol errors end the connection with the reason code that the standard names',
    async (it) => {
      const topic = field(it.topic('a'))
      const wrong: readonly (readonly [number, Buffer])[] = [
        [0x81, packet(0x36, topic, short(1), [0])],
        [0x81, packet(0x82, short(1), [0], topic, [0xc0])],
        [0x82, packet(0x82, short(1), [0])],
        [0x82, packet(0x10, field('MQTT'), [5, 2, 0, 0, 0], field('again'))],
        [0x82, packet(0x30, topic, properties(5, [1, 0], [1, 0]))],
        [0x82, packet(0x82, short(1), properties(5, [0x0b, 0]), topic, [0])],
      ]
      for (const [reasonCode, bytes] of wrong) {
        const client = await it.connect('a')
        client.sendBytes(bytes)
        assert.equal((await client.expect('disconnect')).reasonCode, reasonCode, bytes.toString('hex'))
        assert.deepEqual(await client.closed(), [])
      }
    },
  )

  only(
    5,
    'the server ends a connection with a DISCONNECT that has a code of the standard and no expiry interval',
    async (it) => {
      const client = await it.connect('a', it.lasting())
      client.sendBytes(packet(0x32, field('a'), short(0), [0]))
      const disconnect = await client.expect('disconnect')
      assert.ok([0x81, 0x82].includes(disconnect.reasonCode ?? 0))
      assert.equal(disconnect.properties?.sessionExpiryInterval, undefined)
      assert.deepEqual(await client.closed(), [])
    },
  )

  only(5, 'a packet longer than the server takes ends the connection with 0x95', async (it) => {
    const client = await it.dial()
    const { properties: terms } = await client.open({ clientId: it.name })
    const bytesMax = terms?.maximumPacketSize
    assert.ok(bytesMax !== undefined, 'the server names a maximum')
    const claimed = [0, 7, 14, 21].map((bits, index) => (((bytesMax + 1) >> bits) & 127) | (index < 3 ? 128 : 0))
    client.sendBytes(Buffer.from([0x30, ...claimed]), field(it.topic('a')))
    assert.equal((await client.expect('disconnect')).reasonCode, 0x95)
    assert.deepEqual(await client.closed(), [])
  })

  only(5, 'a variable byte integer that is longer than it need be ends the connection', async (it) => {
    const client = await it.connect('a')
    client.sendBytes(packet(0x30, field(it.topic('a')), [0x80, 0]))
    const answers = await client.closed()
    assert.ok(answers.every((answer) => answer.cmd === 'disconnect' && answer.reasonCode === 0x81))
  })

  only(5, 'packets without properties have a property length of zero', async (it) => {
    const client = await it.connect('a')
    const topic = field(it.topic('a'))
    client.sendBytes(packet(0x82, short(1), [0], topic, [0]))
    assert.deepEqual(await client.bytesOf('suback'), packet(0x90, short(1), [0, 0]))
    client.sendBytes(packet(0x30, topic, [0], Buffer.from('x')))
    assert.deepEqual(await client.bytesOf('publish'), packet(0x30, topic, [0], Buffer.from('x')))
    client.sendBytes(packet(0xa2, short(2), [0], topic))
    assert.deepEqual(await client.bytesOf('unsuback'), packet(0xb0, short(2), [0, 0]))
  })

  only(5, 'user properties of which a half is no text end the connection', async (it) => {
    for (const pair of [Buffer.concat([field([0xff]), field('a')]), Buffer.concat([field('a'), field([0xff])])]) {
      const client = await it.connect('a')
      client.sendBytes(packet(0x30, field(it.topic('a')), properties(5, [0x26], pair)))
      const answers = await client.closed()
      assert.ok(answers.every((answer) => answer.cmd === 'disconnect' && answer.reasonCode === 0x81))
    }
  })

  only(5, 'response information is not sent to a client that does not ask for it', async (it) => {
    for (const properties of [{}, { requestResponseInformation: false }]) {
      const client = await it.dial()
      const connack = await client.open({ clientId: it.name, properties })
      assert.equal(connack.properties?.responseInformation, undefined)
    }
  })
})
