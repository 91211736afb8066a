import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { answerSubscribe, openSession, settled } from './harness.js'
import type { Subscription } from './index.js'

/** Makes the iterators of a collection count what they give, until the answer is called. */
function countIn(prototype: object, names: readonly PropertyKey[], counted: () => void): () => void {
  const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(prototype, name)] as const)
  for (const [name, descriptor] of before) {
    const original: unknown = descriptor?.value
    if (typeof original !== 'function') throw new Error(`no ${String(name)}`)
    const value = function* (this: unknown): Generator<unknown> {
      for (const item of { [Symbol.iterator]: () => Reflect.apply(original, this, []) }) {
        counted()
        yield item
      }
    }
    Object.defineProperty(prototype, name, { ...descriptor, value })
  }
  return () => {
    for (const [name, descriptor] of before) Object.defineProperty(prototype, name, descriptor ?? {})
  }
}

/** Items of maps and sets looked at while so many topics are subscribed to by name, each with an update, and one after the other closed. */
async function workOf(count: number): Promise<{ opening: number; leaving: number }> {
  const { session, socket } = await openSession()
  let items = 0
  const counted = () => {
    items += 1
  }
  const restore = [
    countIn(Map.prototype, [Symbol.iterator, 'values'], counted),
    countIn(Set.prototype, [Symbol.iterator, 'values'], counted),
  ]
  try {
    const subscriptions: Subscription[] = []
    for (let topic = 1; topic <= count; topic++) {
      const path = `t/${topic}`
      subscriptions.push(session.subscribe(path))
      await settled()
      const value = { topic, path, value: '1', type: 'JSON' as const, offset: topic, time: 1, snapshot: true }
      answerSubscribe(socket, topic, topic, [value])
      socket.update([{ topic, value: '2', offset: 2 * count + topic, time: 2 }])
    }
    const opening = items
    for (const subscription of subscriptions) void subscription.close()
    await settled()
    return { opening, leaving: items - opening }
  } finally {
    for (const undo of restore) undo()
  }
}

suite('many subscriptions', () => {
  test('cost each answer and each update no more than few, and so does leaving them', async () => {
    const [few, many] = [await workOf(50), await workOf(200)]
    assert.ok(many.opening <= 5 * few.opening, `opening: ${few.opening} and ${many.opening}`)
    assert.ok(many.leaving <= 5 * few.leaving + 20, `leaving: ${few.leaving} and ${many.leaving}`)
  })
})
