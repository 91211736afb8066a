import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import { pace } from '../limits.js'

const clerk = { name: 'clerk', roles: [], rootPath: '', properties: {} }

/** A loop that is busy with one thing: time passes, and nothing that was planned for later comes. */
class BusyLoop extends SimulatedClock {
  private busyMs = 0
  private hurried: (() => void)[] = []

  override nowMs(): number {
    return super.nowMs() + this.busyMs
  }

  override soon(task: () => void) {
    this.hurried.push(task)
    return () => {
      this.hurried = this.hurried.filter((other) => other !== task)
    }
  }

  /** Something of what keeps it busy is done. */
  worksFor(ms: number): void {
    this.busyMs += ms
    const { hurried } = this
    this.hurried = []
    for (const task of hurried) task()
  }
}

suite('turns', () => {
  test('what comes in goes out also while the loop has so much to read that it does not come round', () => {
    const clock = new BusyLoop()
    const { peer } = memoryGateway({}, clock)
    const reader = peer()
    reader.subscribe('#')
    const publisher = peer()
    clock.advance(20)
    const lateMs: number[] = []
    for (let count = 1; count <= 10 * pace.changesPerClockRead; count++) {
      publisher.publish(`a/${count}`, '1')
      clock.worksFor(0.1)
      lateMs.push((count - reader.updates.length) * 0.1)
    }
    assert.ok(Math.max(...lateMs) < 2 * pace.overdueMs, `up to ${Math.max(...lateMs)} ms late`)
  })

  test('a removal that nobody in a session asked for is told at once, not at the next second', () => {
    const { clock, gateway, peer, failures } = memoryGateway()
    const reader = peer()
    reader.subscribe('a')
    reader.publish('a', '1')
    clock.advance(100)
    gateway.request(clerk, { kind: 'remove', request: 1, selector: 'a' }, () => undefined)
    clock.advance(20)
    assert.deepEqual(failures, [])
    assert.equal(reader.updates.at(-1)?.isRemoved, true)
  })

  test('a value whose lifetime is over is gone for its readers within the sweep that finds it', () => {
    const { clock, peer, failures } = memoryGateway()
    const reader = peer()
    reader.subscribe('a')
    reader.publish('a', '1', { lifetimeMs: 500 })
    clock.advance(1_020)
    assert.deepEqual(failures, [])
    assert.equal(reader.updates.at(-1)?.isRemoved, true)
  })
})
