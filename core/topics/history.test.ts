import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { Update } from '../update.js'
import { costOf, History } from './history.js'

const seed = 15

function update(offset: number, timeMs: number, length: number): Update {
  return new Update({
    topic: { id: 1, path: 'a' },
    offset,
    previous: 0,
    timeMs,
    previousTimeMs: 0,
    type: 'binary',
    value: new Uint8Array(length),
    attributes: null,
    handling: { qos: 2, isRetained: true, isMessage: true },
    origin: '',
    expiresAtMs: 0,
    content: 'value',
    isShared: true,
  })
}

/** Appends an update this much further on in offset and time, with so many bytes; or drops the oldest. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 3 }), fc.nat(5)) },
  { weight: 1, arbitrary: fc.constant('drop' as const) },
)

/** The same in a plain array. */
function agrees(history: History, model: readonly Update[], lostOffset: number): void {
  assert.equal(history.count, model.length)
  assert.equal(history.lostOffset, lostOffset)
  assert.equal(
    history.bytes,
    model.reduce((sum, each) => sum + costOf(each), 0),
  )
  for (const [index, each] of model.entries()) assert.equal(history.at(index), each)
  assert.equal(history.at(model.length), undefined)
}

function findsTheSame(history: History, model: readonly Update[], offset: number, timeMs: number): void {
  const after = model.findIndex((each) => each.version.offset > offset)
  assert.equal(history.indexAfter(offset), after === -1 ? model.length : after)
  const since = model.findIndex((each) => each.timeMs >= timeMs)
  assert.equal(history.indexSince(timeMs), since === -1 ? model.length : since)
}

suite('the history of a topic', () => {
  test('agrees with a plain array, however it grows, shrinks and goes round [SEM 3.3]', () => {
    const isAnArray = (steps: readonly (readonly [number, number, number] | 'drop')[]) => {
      const history = new History(9)
      const model: Update[] = []
      let [offset, timeMs, lostOffset] = [9, 100, 9]
      for (const each of steps) {
        if (each === 'drop') {
          const oldest = model.shift()
          lostOffset = oldest?.version.offset ?? lostOffset
          assert.equal(history.drop(), oldest ? costOf(oldest) : 0)
        } else {
          offset += each[0]
          timeMs += each[1]
          const next = update(offset, timeMs, each[2])
          model.push(next)
          history.append(next, timeMs)
        }
      }
      agrees(history, model, lostOffset)
      for (let back = -1; back <= 30; back += 3) findsTheSame(history, model, offset - back, timeMs - back)
    }
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), isAnArray), { seed })
  })

  test('knows from its beginning what was never kept', () => {
    const history = new History(41)
    assert.deepEqual([history.lostOffset, history.count, history.at(0), history.drop()], [41, 0, undefined, 0])
    assert.deepEqual([history.indexAfter(0), history.indexSince(0)], [0, 0])
    assert.equal(history.lostOffset, 41)
  })
})
