import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { lasting, MqttGateways } from '../../test/support/mqtt/mqtt-gateways.js'

const gateways = new MqttGateways()

suite('mqtt: a client that comes back', () => {
  afterEach(() => gateways.stop())

  test('to a queue is sent as much of it with its CONNACK as it may have on its way, and the rest as it acknowledges', async () => {
    const gateway = await gateways.start()
    const first = await gateway.client('r', lasting)
    await first.subscribe('t', { qos: 1 })
    first.break()
    await gateway.time.until('a lost link', () => gateway.gateway.statistics().links === 0)
    for (let value = 1; value <= 3; value++) gateway.publish('t', `${value}`)
    const properties = { ...lasting.properties, receiveMaximum: 1 }
    const again = await gateway.client('r', { ...lasting, properties })
    for (let value = 1; value <= 3; value++) {
      const message = await again.expect('publish')
      assert.equal(message.payload.toString(), `${value}`)
      await again.ping()
      again.send({ cmd: 'puback', messageId: message.messageId ?? 0 })
    }
  })

  test('and takes no packet as long as its CONNACK is not let in, and sent nothing else', async () => {
    const gateway = await gateways.start()
    const client = await gateway.dial()
    const connack = await client.open({ clientId: 'r', properties: { maximumPacketSize: 5 } })
    assert.equal(connack.reasonCode, 0x95)
    assert.deepEqual(await client.closed(), [])
  })
})
