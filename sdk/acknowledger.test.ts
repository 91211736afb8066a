import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Acknowledger } from './acknowledger.js'
import { SimulatedClock } from './harness.js'

function acknowledging(mayAcknowledge = () => true) {
  const clock = new SimulatedClock()
  const sent: (readonly [bytes: number, atMs: number])[] = []
  const terms = { acknowledgeBytes: 1_000, acknowledgeMs: 100 }
  const acknowledger = new Acknowledger(
    terms,
    clock,
    (bytes) => sent.push([bytes, clock.nowMs() - 1_000]),
    mayAcknowledge,
  )
  return { clock, sent, acknowledger }
}

suite('acknowledging [PROTOCOL 5]', () => {
  test('the first frame is acknowledged at once, what follows within the time that the gateway asked for', async () => {
    const { clock, sent, acknowledger } = acknowledging()
    acknowledger.received(10)
    await clock.pass(30)
    acknowledger.received(5)
    acknowledger.received(5)
    await clock.pass(1_000)
    assert.deepEqual(sent, [
      [10, 0],
      [20, 100],
    ])
  })

  test('many bytes are acknowledged at once', async () => {
    const { clock, sent, acknowledger } = acknowledging()
    acknowledger.received(10)
    for (let frame = 0; frame < 6; frame++) acknowledger.received(400)
    await clock.pass(1_000)
    assert.deepEqual(sent, [
      [10, 0],
      [1_210, 0],
      [2_410, 0],
    ])
  })

  test('silence is kept while nothing came', async () => {
    const { clock, sent, acknowledger } = acknowledging()
    acknowledger.received(10)
    await clock.pass(10_000)
    assert.equal(sent.length, 1)
    assert.equal(clock.waiting, 0)
  })

  test('while an iterator is full nothing is acknowledged; afterwards everything is [SEM 1.5]', async () => {
    const state = { hasRoom: false }
    const { clock, sent, acknowledger } = acknowledging(() => state.hasRoom)
    acknowledger.received(5_000)
    await clock.pass(5_000)
    assert.deepEqual(sent, [])
    state.hasRoom = true
    acknowledger.check()
    assert.deepEqual(sent, [[5_000, 5_000]])
  })

  test('once its link is gone it leaves no timer behind', () => {
    const { clock, acknowledger } = acknowledging()
    acknowledger.received(1)
    acknowledger.received(1)
    acknowledger.stop()
    assert.equal(clock.waiting, 0)
  })
})
