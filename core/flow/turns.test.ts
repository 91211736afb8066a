import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import { pace } from '../limits.js'
import { Turns } from './turns.js'

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

/** Each look takes a while, and what is planned is run one by one. */
class SlowClock extends SimulatedClock {
  private looks = 0
  private waiting: (() => void)[] = []

  override nowMs(): number {
    this.looks += 1
    return this.looks / 100
  }

  override after(_delayMs: number, task: () => void) {
    this.waiting.push(task)
    return () => {
      this.waiting = this.waiting.filter((other) => other !== task)
    }
  }

  passes(ms: number): void {
    this.looks += 100 * ms
  }

  runNext(): void {
    this.waiting.shift()?.()
  }
}

/** Turns of one session that is owed more after each flush, of which so many updates leave; and how often it was asked. */
function alwaysOwed({ isMarked, updates }: { readonly isMarked: boolean; readonly updates: number }) {
  const { gateway, peer } = memoryGateway()
  peer()
  const [session] = gateway.sessions.all()
  assert.ok(session)
  const owed = { clock: new SlowClock(), asked: 0 }
  const turns = new Turns(owed.clock, {
    mark: () => isMarked,
    flush: (outbox) => {
      owed.asked += 1
      outbox.isDue = true
      turns.enqueue(outbox)
      return updates
    },
    failed: (error) => assert.fail(String(error)),
  })
  turns.enqueue(session.outbox)
  return owed
}

suite('turns', () => {
  test('a session of which nothing can leave before marks are set is asked once a turn', () => {
    const owed = alwaysOwed({ isMarked: false, updates: 0 })
    for (let turn = 1; turn <= 10; turn++) {
      owed.clock.runNext()
      assert.equal(owed.asked, turn)
    }
  })

  for (const [what, idleMs, most] of [
    ['no longer than a turn may last', 1_000, pace.sliceMsMax],
    ['as long as has passed since the last turn', 3, 3],
    ['a short slice where the last turn was just now', 0, pace.sliceMs],
  ] as const) {
    test(`few sessions that are owed much are served ${what}`, () => {
      const owed = alwaysOwed({ isMarked: true, updates: 1 })
      owed.clock.runNext()
      owed.asked = 0
      owed.clock.passes(idleMs)
      owed.clock.runNext()
      // Between two flushes the clock is looked at once, which takes a hundredth of a millisecond.
      assert.ok(Math.abs(owed.asked / 100 - most) < 0.2, `${owed.asked / 100} ms`)
    })
  }

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
