import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { textOf } from '../../test/support/mqtt/client.js'
import type { MqttGateway } from '../../test/support/mqtt/mqtt-gateway.js'
import { lasting, MqttGateways } from '../../test/support/mqtt/mqtt-gateways.js'

const gateways = new MqttGateways()

/** The session of `r` when its client is away: it wants what this filter matches, and so many messages came since. */
async function leftWith(gateway: MqttGateway, filter: string, count: number): Promise<void> {
  const first = await gateway.client('r', lasting)
  await first.subscribe(filter, { qos: 1 })
  first.break()
  await gone(gateway)
  for (let value = 1; value <= count; value++) gateway.publish('t', `${value}`)
}

const gone = (gateway: MqttGateway) => gateway.time.until('a lost link', () => gateway.gateway.statistics().links === 0)

/** Comes back, and may have so many messages on their way. */
const back = (gateway: MqttGateway, receiveMaximum: number) =>
  gateway.client('r', { ...lasting, properties: { ...lasting.properties, receiveMaximum } })

suite('mqtt: a client that comes back', () => {
  afterEach(() => gateways.stop())

  for (const { filter, what } of [
    { filter: 't', what: 'a queue' },
    { filter: '$share/g/t', what: 'what a group without any other member was owed' },
  ])
    test(`to ${what} is sent with its CONNACK what it may have on its way, and the rest as it acknowledges`, async () => {
      const gateway = await gateways.start()
      await leftWith(gateway, filter, 3)
      const again = await back(gateway, 1)
      for (let value = 1; value <= 3; value++) {
        const message = await again.expect('publish')
        assert.equal(textOf(message), `${value}`)
        await again.ping()
        again.send({ cmd: 'puback', messageId: message.messageId ?? 0 })
      }
    })

  test('to as many releases as it may have messages on their way is sent no message until one is completed', async () => {
    const gateway = await gateways.start()
    const first = await gateway.client('r', lasting)
    await first.subscribe('t', { qos: 2 })
    for (const value of ['1', '2']) {
      gateway.publish('t', value)
      const { messageId = 0 } = await first.expect('publish')
      first.send({ cmd: 'pubrec', messageId })
      await first.expect('pubrel')
    }
    first.break()
    await gone(gateway)
    gateway.publish('t', '3')
    const again = await back(gateway, 2)
    const { messageId = 0 } = await again.expect('pubrel')
    await again.expect('pubrel')
    await again.ping()
    again.send({ cmd: 'pubcomp', messageId })
    assert.equal(textOf(await again.expect('publish')), '3')
  })

  test('and takes no packet as long as its CONNACK is not let in, and sent nothing else', async () => {
    const gateway = await gateways.start()
    const client = await gateway.dial()
    const connack = await client.open({ clientId: 'r', properties: { maximumPacketSize: 5 } })
    assert.equal(connack.reasonCode, 0x95)
    assert.deepEqual(await client.closed(), [])
  })
})
