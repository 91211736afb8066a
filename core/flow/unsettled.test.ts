import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { messageOf } from '../../test/support/mqtt/outgoing.js'
import type { QueuedMessage } from './message-queue.js'
import { Unsettled } from './unsettled.js'

const terms = { qos: 1, excludesOwn: false, labels: [] } as const

function add(unsettled: Unsettled, offset: number): void {
  unsettled.add(messageOf('a', `${offset}`, { offset }), terms, 0, null)
}

/** What was given and is not settled: messages with these offsets, numbered from 0. */
function given(...offsets: readonly number[]): Unsettled {
  const unsettled = new Unsettled()
  for (const offset of offsets) add(unsettled, offset)
  return unsettled
}

const offsetsOf = (messages: readonly QueuedMessage[]) => messages.map(({ update }) => update.offset)

suite('what is not settled', () => {
  test('is known by the numbers under which it was given, in whatever order it is settled', () => {
    const unsettled = given(10, 20, 30, 40)
    unsettled.settle(2)
    unsettled.settle(0)
    assert.deepEqual([offsetsOf(unsettled.all()), unsettled.count], [[20, 40], 2])
  })

  test('is not changed by numbers that were not given, or were settled before', () => {
    const unsettled = given(10, 20)
    for (const number of [-1, 2, 0, 0]) unsettled.settle(number)
    assert.deepEqual([offsetsOf(unsettled.all()), unsettled.count], [[20], 1])
  })

  test('grows while an old one is not settled, and keeps its order', () => {
    const unsettled = given(1)
    for (let offset = 2; offset <= 1_000; offset++) {
      add(unsettled, offset)
      if (offset % 3 !== 0) unsettled.settle(offset - 1)
    }
    const left = offsetsOf(unsettled.all())
    assert.deepEqual(left, [1, ...Array.from({ length: 333 }, (_, index) => 3 * (index + 1))])
    assert.equal(unsettled.count, 334)
  })

  test('is taken whole when the link is gone, and the next numbers from 0', () => {
    const unsettled = given(10, 20, 30)
    unsettled.settle(1)
    assert.deepEqual(offsetsOf(unsettled.takeAll()), [10, 30])
    assert.deepEqual([unsettled.count, unsettled.all()], [0, []])
    add(unsettled, 40)
    unsettled.settle(0)
    assert.equal(unsettled.count, 0)
  })
})
