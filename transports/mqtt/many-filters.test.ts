import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { lasting, MqttGateways } from '../../test/support/mqtt/mqtt-gateways.js'

const gateways = new MqttGateways()

suite('mqtt: a packet of very many filters', () => {
  afterEach(() => gateways.stop())

  test('what stands behind a packet of very many filters is done once all of these are', async () => {
    const gateway = await gateways.start()
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
    const gateway = await gateways.start({ gateway: { limits: { subscriptionsMax: 9_000 } } })
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
