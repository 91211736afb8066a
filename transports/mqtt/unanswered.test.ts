import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import type { IPublishPacket } from 'mqtt-packet'
import type { Client } from '../../test/support/mqtt/client.js'
import { MqttGateways } from '../../test/support/mqtt/mqtt-gateways.js'
import type { Version } from '../../test/support/mqtt/raw-client.js'
import { SlowStore } from '../../test/support/store/slow-store.js'

const gateways = new MqttGateways()

/** A gateway whose store is slow from now on, a reader of everything, and a writer. */
async function start(receiveMax: number, version: Version) {
  const store = new SlowStore()
  const gateway = await gateways.start({
    mqtt: { receiveMax },
    gateway: { durable: { store, life: null, answersWait: true } },
  })
  const reader = await gateway.client('r')
  await reader.subscribe('#')
  const writer = await gateway.client('w', { version })
  store.isSlow = true
  return { store, reader, writer }
}

function publishOf(messageId: number, qos: 1 | 2, more: Partial<IPublishPacket> = {}): IPublishPacket {
  return { cmd: 'publish', topic: 't', payload: `${messageId}`, qos, dup: false, retain: false, messageId, ...more }
}

/** The identifiers of so many answers, each of which waits for the store. */
async function answered(store: SlowStore, writer: Client, kinds: readonly ('puback' | 'pubrec')[]) {
  const ids: (number | undefined)[] = []
  store.isSlow = false
  store.commit()
  for (const kind of kinds) ids.push((await writer.expect(kind)).messageId)
  return ids
}

suite('publishes that wait to be answered', () => {
  afterEach(() => gateways.stop())

  for (const version of [4, 5] as const) {
    test(`one of QoS 2 that comes again and again while its answer waits is answered once (version ${version})`, async () => {
      const { store, reader, writer } = await start(20, version)
      const again = Array.from({ length: 1_000 }, () => publishOf(7, 2, { dup: true }))
      writer.send(publishOf(1, 1), publishOf(7, 2), ...again)
      await writer.publish('t', 'all came')
      assert.deepEqual(await reader.texts(3), ['1', '7', 'all came'])
      assert.deepEqual(await answered(store, writer, ['puback', 'pubrec']), [1, 7])
      await writer.ping()
      writer.send(publishOf(7, 2, { dup: true }))
      assert.equal((await writer.expect('pubrec')).messageId, 7, 'it is answered again once its answer has left')
    })
  }

  test('a client of 3.1.1 that has as many as the gateway allows is not read from until they are answered', async () => {
    const { store, reader, writer } = await start(3, 4)
    const ids = [1, 2, 3, 4, 5, 6, 7]
    writer.send(...ids.map((id) => publishOf(id, 1)))
    assert.deepEqual(await reader.texts(3), ['1', '2', '3'])
    for (let turns = 0; turns < 5; turns++) await reader.ping()
    const kinds = ids.map(() => 'puback' as const)
    assert.deepEqual(await answered(store, writer, kinds), ids)
    assert.deepEqual(await reader.texts(4), ['4', '5', '6', '7'])
    await writer.ping()
  })

  test('those that are refused count towards what a client of 5.0 may have unanswered', async () => {
    const { writer } = await start(4, 5)
    const mislabelled = { payload: Buffer.of(0xff), properties: { payloadFormatIndicator: true } }
    writer.send(publishOf(1, 1), ...[2, 3, 4, 5].map((id) => publishOf(id, 2, mislabelled)))
    assert.equal((await writer.expect('disconnect')).reasonCode, 0x93)
  })
})
