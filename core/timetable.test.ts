import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { Timetable } from './timetable.js'

const seed = 14

/** Sets a topic's time, takes it out, or takes what is due. */
const action = fc.record({
  kind: fc.constantFrom('set', 'delete', 'take'),
  id: fc.integer({ min: 1, max: 30 }),
  timeMs: fc.integer({ min: 0, max: 40 }),
})

/** What a timetable is, without the heap. */
class PlainTimetable {
  readonly times = new Map<number, number>()

  get nextMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.times.values())
  }
}

suite('a timetable', () => {
  test('has nothing due while it is empty', () => {
    const timetable = new Timetable<number>()
    assert.deepEqual([timetable.nextMs, timetable.popDue(1_000), timetable.size], [Number.POSITIVE_INFINITY, null, 0])
  })

  test('hands over what is due, each at its newest time alone, whatever was set, moved and taken out before', () => {
    const agrees = (actions: readonly { kind: string; id: number; timeMs: number }[]) => {
      const timetable = new Timetable<number>()
      const plain = new PlainTimetable()
      for (const { kind, id, timeMs } of actions) {
        if (kind === 'set') {
          timetable.set(id, timeMs)
          plain.times.set(id, timeMs)
        } else if (kind === 'delete') {
          timetable.delete(id)
          plain.times.delete(id)
        } else {
          const dueMs = plain.nextMs <= timeMs ? plain.nextMs : undefined
          const taken = timetable.popDue(timeMs)
          assert.equal(taken === null ? undefined : plain.times.get(taken), dueMs)
          if (taken !== null) plain.times.delete(taken)
        }
        assert.equal(timetable.timeOf(id), plain.times.get(id) ?? Number.POSITIVE_INFINITY)
        assert.deepEqual([timetable.size, timetable.nextMs], [plain.times.size, plain.nextMs])
      }
    }
    fc.assert(fc.property(fc.array(action, { maxLength: 300 }), agrees), { seed })
  })
})
