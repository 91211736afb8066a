import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import type { MqttSettings } from '../../test/support/mqtt/mqtt-gateway.js'
import { MqttGateway } from '../../test/support/mqtt/mqtt-gateway.js'

const gateways: MqttGateway[] = []

async function start(settings: MqttSettings = {}): Promise<MqttGateway> {
  const gateway = await MqttGateway.start(settings)
  gateways.push(gateway)
  return gateway
}

const lasting = { clean: false, properties: { sessionExpiryInterval: 600 } }

suite('mqtt: a packet of very many filters', () => {
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  })

  test('what stands behind a packet of very many filters is done once all of these are', async () => {
    const gateway = await start()
    const reader = await gateway.client('r')
    const filters = Array.from({ length: 350 }, (_, index) => `a/${index}`)
    const wanted = { qos: 0, nl: false, rap: false, rh: 0 } as const
    reader.send(
      { cmd: 'subscribe', messageId: 1, subscriptions: filters.map((topic) => ({ topic, ...wanted })) },
      { cmd: 'publish', topic: 'a/349', payload: 'x', qos: 0, dup: false, retain: false },
    )
    assert.equal((await reader.expect('suback')).granted.length, 350)
    assert.equal((await reader.expect('publish')).topic, 'a/349')
    reader.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: filters })
    assert.equal((await reader.expect('unsuback')).granted.length, 350)
  })

  test('of a packet of very many filters nothing more is asked once its client is gone', async () => {
    const gateway = await start({ gateway: { limits: { subscriptionsMax: 9_000 } } })
    const filters = Array.from({ length: 9_000 }, (_, index) => `a/${index}`)
    const wanted = { qos: 0, nl: false, rap: false, rh: 0 } as const
    const packet = {
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: filters.map((topic) => ({ topic, ...wanted })),
    } as const
    const { gateway: core } = gateway
    const first = await gateway.client('r', lasting)
    first.send(packet)
    await gateway.time.until('a first step', () => core.statistics().subscriptions > 0)
    first.break()
    await gateway.time.until('a lost link', () => core.statistics().links === 0)
    const left = core.statistics().subscriptions
    assert.ok(left < filters.length, `${left} subscriptions`)
    await gateway.time.pass(1_000)
    assert.equal(core.statistics().subscriptions, left)
    const again = await gateway.client('r', lasting)
    again.send(packet)
    assert.equal((await again.expect('suback')).granted.length, filters.length)
    assert.equal(core.statistics().subscriptions, filters.length)
  })
})
