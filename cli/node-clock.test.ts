import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { NodeClock } from './node-clock.js'

suite('cli: clock', () => {
  const clock = new NodeClock()
  const after = (delayMs: number) => new Promise<void>((resolve) => clock.after(delayMs, resolve))

  test('a task without delay runs in a later turn of the loop, before any timer', async () => {
    const order: string[] = []
    // Far enough that a loaded machine does not reach it first.
    const timer = after(100).then(() => order.push('timer'))
    const turn = after(0).then(() => order.push('turn'))
    order.push('now')
    await Promise.all([timer, turn])
    assert.deepEqual(order, ['now', 'turn', 'timer'])
  })

  test('a delay is never shorter than asked for, but for the rounding of timers', async () => {
    const startMs = clock.nowMs()
    await after(20)
    assert.ok(clock.nowMs() - startMs >= 19)
  })

  test('a time further ahead than timers go does not come at once, again and again', async () => {
    let runs = 0
    const cancel = clock.after(500_000_000_000, () => runs++)
    await after(5)
    cancel()
    assert.equal(runs, 0)
  })

  test('a cancelled task does not run, whether timer or turn', async () => {
    let runs = 0
    for (const delayMs of [0, 1]) clock.after(delayMs, () => runs++)()
    await after(5)
    assert.equal(runs, 0)
  })
})
