import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { brief, epoch, SimulatedClock } from './harness.js'
import { RateGate } from './rate-gate.js'
import { Update } from './update.js'

function update(value: number, snapshot = false): Update {
  const bytes = new TextEncoder().encode(String(value))
  const version = { offset: value, previous: 0 }
  const flags = { snapshot, removed: false, gap: false, attributes: null }
  return new Update({ path: 'a', type: 'json', bytes, epoch, version, timeMs: 0, ...flags })
}

/** A gate that opens once a second, and what came through. */
function gate(): { gate: RateGate; clock: SimulatedClock; passed: string[] } {
  const clock = new SimulatedClock()
  const passed: string[] = []
  return { gate: new RateGate(1_000, clock, (each) => passed.push(brief(each))), clock, passed }
}

suite('thinning one subscription', () => {
  test('after closing nothing waits, and nothing more comes through', async () => {
    const scene = gate()
    scene.gate.offer(update(1))
    scene.gate.close()
    assert.equal(scene.clock.waiting, 0)
    scene.gate.offer(update(2))
    await scene.clock.pass(5_000)
    assert.deepEqual(scene.passed, [])
  })

  test('a snapshot passes at once, and what waited before it does not follow it', async () => {
    const scene = gate()
    scene.gate.offer(update(1))
    scene.gate.offer(update(2, true))
    await scene.clock.pass(5_000)
    assert.deepEqual(scene.passed, ['*a=2'])
  })

  test('what went another way meanwhile is not told again, older than it', async () => {
    const scene = gate()
    scene.gate.offer(update(1))
    scene.gate.forget('a')
    await scene.clock.pass(5_000)
    assert.deepEqual(scene.passed, [])
  })

  test('it opens again for what comes after a slot', async () => {
    const scene = gate()
    for (const value of [1, 2, 3]) {
      scene.gate.offer(update(value))
      await scene.clock.pass(1_000)
    }
    assert.deepEqual([scene.passed, scene.clock.waiting], [['a=1', 'a=2', 'a=3'], 0])
  })
})
