import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { cases } from '../../../test/support/mqtt/cases.js'

const keepAliveMaxSeconds = 2

suite('MQTT statements: server keep-alive', () => {
  const { only } = cases({ keepAliveMaxSeconds })

  only(5, 'a client counts by the keep-alive that CONNACK names instead of its own', async (it) => {
    const client = await it.dial()
    const { properties } = await client.open({ clientId: it.name, keepalive: 600 })
    assert.equal(properties?.serverKeepAlive, keepAliveMaxSeconds)
    await it.broker.pass(2_800)
    assert.equal(client.isClosed, false)
    await it.broker.pass(700)
    await client.closed()
  })
})
