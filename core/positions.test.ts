import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { HeldTopic } from './messages.js'
import { everyTopic, lowest, toldUpTo } from './positions.js'

const at = (offset: number, ...held: HeldTopic[]) => ({ epoch: '0123456789abcdef', offset, held })
const held = (count: number): HeldTopic[] =>
  Array.from({ length: count }, (_, index) => ({ topicId: index + 1, offset: 20 + index }))

suite('a reader who was told some of what came after its position [SEM 1.4]', () => {
  test('stands where it stood, and says how much it may know', () => {
    const position = toldUpTo(at(40, { topicId: 7, offset: 30 }), 50)
    assert.deepEqual(position, at(50, { topicId: 7, offset: 30 }, { topicId: everyTopic, offset: 41 }))
    assert.equal(lowest(position), 29)
  })

  test('is told more: what it lacks stays the same', () => {
    const position = toldUpTo(at(40), 50)
    assert.deepEqual(toldUpTo(position, 60), { ...position, offset: 60 })
  })

  test('was told nothing new', () => {
    assert.deepEqual(toldUpTo(at(40), 40), at(40))
  })

  test('has no room to name what is held back: everything counts as lacking from the oldest on', () => {
    assert.deepEqual(toldUpTo(at(40, ...held(15)), 50).held.length, 16)
    assert.deepEqual(toldUpTo(at(40, ...held(16)), 50), at(50, { topicId: everyTopic, offset: 20 }))
  })
})
