import { afterEach, suite, test } from 'mocha'
import { timeOf } from '../../test/conformance/time.js'
import { MqttGateways } from '../../test/support/mqtt/mqtt-gateways.js'

const gateways = new MqttGateways()

suite('mqtt: what a client publishes', () => {
  afterEach(() => gateways.stop())

  test('is answered at the end of the go that brought it, whenever the next turn comes', async () => {
    const time = timeOf({ time: 'real' })
    let isTurning = true
    const clock = {
      nowMs: () => time.nowMs(),
      timeMs: () => time.timeMs(),
      after: (delayMs: number, task: () => void) => (isTurning ? time.after(delayMs, task) : () => undefined),
      soon: (task: () => void) => (isTurning ? time.soon(task) : () => undefined),
    }
    const gateway = await gateways.start({ gateway: { clock } })
    const client = await gateway.client('c')
    await client.ping()
    isTurning = false
    await client.publish('t', 'x', { qos: 1 })
    await client.publish('t', 'x', { qos: 2 })
  })
})
