import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import type { ISubscribePacket, QoS } from 'mqtt-packet'
import type { Client } from '../../test/support/mqtt/client.js'
import { textOf } from '../../test/support/mqtt/client.js'
import type { MqttGateway } from '../../test/support/mqtt/mqtt-gateway.js'
import { lasting, MqttGateways } from '../../test/support/mqtt/mqtt-gateways.js'

const gateways = new MqttGateways()

/** SUBSCRIBE to several filters in one packet. */
function subscribeTo(...filters: readonly (readonly [topic: string, qos: QoS])[]): ISubscribePacket {
  const wanted = { nl: false, rap: false, rh: 0 } as const
  return { cmd: 'subscribe', messageId: 9, subscriptions: filters.map(([topic, qos]) => ({ topic, qos, ...wanted })) }
}

/** The next so many messages: identifier, QoS, whether it is marked as sent before. */
async function told(client: Client, count: number) {
  const all: (readonly [number | undefined, QoS, boolean])[] = []
  for (let taken = 0; taken < count; taken++) {
    const { messageId, qos, dup } = await client.expect('publish')
    all.push([messageId, qos, dup])
  }
  return all
}

/** The same client, after its connection was cut. */
async function cut(gateway: MqttGateway, client: Client, name: string, options: object = lasting): Promise<Client> {
  const left = gateway.gateway.statistics().links - 1
  client.break()
  await gateway.time.until('a lost link', () => gateway.gateway.statistics().links === left)
  return gateway.client(name, options)
}

suite('what a connection left unacknowledged', () => {
  afterEach(() => gateways.stop())

  test('comes under the identifiers that it had, also where one retained value went twice', async () => {
    const gateway = await gateways.start()
    const writer = await gateway.client('w')
    await writer.publish('ret/x', 'v', { qos: 2, retain: true })
    const reader = await gateway.client('r', lasting)
    reader.send(subscribeTo(['ret/#', 2], ['ret/x', 2]))
    await reader.expect('suback')
    const before = await told(reader, 2)
    let again = await cut(gateway, reader, 'r')
    for (let times = 0; times < 2; times++) {
      const after = await told(again, 2)
      assert.deepEqual(
        after,
        before.map(([id, qos]) => [id, qos, true]),
      )
      again = await cut(gateway, again, 'r')
    }
    await told(again, 2)
    for (const [messageId = 0] of before) {
      again.send({ cmd: 'pubrec', messageId })
      assert.equal((await again.expect('pubrel')).messageId, messageId)
    }
  })

  test('comes exactly once under its identifier where a group had given the same message, which others now have', async () => {
    const gateway = await gateways.start()
    const reader = await gateway.client('r', lasting)
    const other = await gateway.client('o', lasting)
    reader.send(subscribeTo(['$share/g/t', 1], ['t', 2]))
    await reader.expect('suback')
    gateway.publish('t', '1')
    const before = await told(reader, 2)
    assert.equal(before.length, 2)
    await other.subscribe('$share/g/t', { qos: 1 })
    const again = await cut(gateway, reader, 'r')
    assert.equal(textOf(await other.expect('publish')), '1')
    const own = before.filter(([, qos]) => qos === 2).map(([id, qos]) => [id, qos, true])
    assert.deepEqual(await told(again, 1), own)
  })
})
