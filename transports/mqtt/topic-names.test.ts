import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import type { IPublishPacket } from 'mqtt-packet'
import type { Client } from '../../test/support/mqtt/client.js'
import { textOf } from '../../test/support/mqtt/client.js'
import { lasting, MqttGateways } from '../../test/support/mqtt/mqtt-gateways.js'

const gateways = new MqttGateways()

/** A gateway, who reads everything, and a writer in whose session a message of QoS 2 to `a` came that is not released. */
async function start() {
  const gateway = await gateways.start()
  const reader = await gateway.client('r')
  await reader.subscribe('#', { qos: 1 })
  const before = await gateway.client('w', lasting)
  before.send(publishOf('a', 'first', { qos: 2, messageId: 7 }))
  await before.expect('pubrec')
  assert.equal((await reader.take()).topic, 'a')
  before.break()
  await gateway.time.until('a lost link', () => gateway.gateway.statistics().links === 1)
  return { gateway, reader, writer: await gateway.client('w', lasting) }
}

function publishOf(topic: string, payload: string | Buffer, more: Partial<IPublishPacket> = {}): IPublishPacket {
  return { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, ...more }
}

const aliased = (topicAlias: number) => ({ properties: { topicAlias } })

async function sendAgain(writer: Client, topic: string, more: Partial<IPublishPacket> = {}): Promise<void> {
  writer.send(publishOf(topic, 'first', { qos: 2, messageId: 7, dup: true, ...more }))
  await writer.expect('pubrec')
}

suite('names of topics that are published to', () => {
  afterEach(() => gateways.stop())

  test('a message does not go to the topic that had its alias before one of QoS 2 came again', async () => {
    const { reader, writer } = await start()
    writer.send(publishOf('b', 'other', aliased(1)))
    assert.equal((await reader.take()).topic, 'b')
    await sendAgain(writer, 'a', aliased(1))
    for (const payload of ['one', 'two']) {
      writer.send(publishOf('', payload, aliased(1)))
      const message = await reader.take()
      assert.deepEqual([message.topic, textOf(message)], ['a', payload])
    }
  })

  test('an alias that first came with a payload that is not what it says can be used', async () => {
    const { reader, writer } = await start()
    const mislabelled = { payloadFormatIndicator: true, topicAlias: 2 }
    writer.send(publishOf('c', Buffer.of(0xff), { qos: 1, messageId: 1, properties: mislabelled }))
    assert.equal((await writer.expect('puback')).reasonCode, 0x99)
    writer.send(publishOf('', 'good', { qos: 1, messageId: 2, ...aliased(2) }))
    assert.equal((await writer.expect('puback')).reasonCode, 0)
    assert.equal((await reader.take()).topic, 'c')
  })

  test('a topic without an alias is named to core after one of QoS 2 to it came again', async () => {
    const { reader, writer } = await start()
    await sendAgain(writer, 'a')
    writer.send(publishOf('a', 'second'))
    const message = await reader.take()
    assert.deepEqual([message.topic, textOf(message)], ['a', 'second'])
  })

  test('a topic that is too long is refused by its alias, too', async () => {
    const { writer } = await start()
    await sendAgain(writer, 'x'.repeat(2_000), aliased(1))
    writer.send(publishOf('', 'x', { qos: 1, messageId: 2, ...aliased(1) }))
    assert.equal((await writer.expect('puback')).reasonCode, 0x90)
    await writer.ping()
  })
})
