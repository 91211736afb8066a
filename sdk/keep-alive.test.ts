import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { SimulatedClock } from './harness.js'
import { KeepAlive } from './keep-alive.js'

suite('keeping alive [PROTOCOL 2.11]', () => {
  function keeping() {
    const clock = new SimulatedClock()
    const news: string[] = []
    const at = (what: string) => () => news.push(`${what} ${clock.nowMs() - 1_000}`)
    return { clock, news, keepAlive: new KeepAlive(4_000, clock, at('ping'), at('dead')) }
  }

  test('a quiet link is asked, and given up when nothing has come for the time agreed', async () => {
    const { clock, news } = keeping()
    await clock.pass(20_000)
    assert.deepEqual(news, ['ping 1000', 'ping 2000', 'dead 3000'])
    assert.equal(clock.waiting, 0)
  })

  test('a link that answers is kept', async () => {
    const { clock, news, keepAlive } = keeping()
    for (let second = 0; second < 20; second++) {
      await clock.pass(1_000)
      keepAlive.heard()
    }
    assert.equal(news.includes('dead 3000'), false)
  })

  test('a client that only listens still makes itself heard', async () => {
    const { clock, news, keepAlive } = keeping()
    for (let tenth = 0; tenth < 40; tenth++) {
      await clock.pass(100)
      keepAlive.heard()
    }
    assert.deepEqual(news, ['ping 1000', 'ping 2000', 'ping 3000', 'ping 4000'])
  })

  test('a page that slept for an hour asks before it gives up', () => {
    const { clock, news } = keeping()
    clock.oversleep(3_600_000)
    assert.deepEqual(news, ['ping 3600000'])
  })

  test('a link that is closed is left in peace', async () => {
    const { clock, news, keepAlive } = keeping()
    keepAlive.stop()
    await clock.pass(10_000)
    assert.deepEqual(news, [])
  })
})
