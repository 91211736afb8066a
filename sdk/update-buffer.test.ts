import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { RivuletError } from './errors.js'
import { brief, settled } from './harness.js'
import { limits } from './limits.js'
import { Update } from './update.js'
import type { UnreadPolicy } from './update-buffer.js'
import { UpdateBuffer } from './update-buffer.js'

const epoch = '00112233445566ff'

function update(path: string, value: number): Update {
  const bytes = new TextEncoder().encode(String(value))
  const flags = { snapshot: false, removed: false, gap: false, attributes: null }
  return new Update({ path, type: 'json', bytes, epoch, version: { offset: value, previous: 0 }, timeMs: 0, ...flags })
}

function filled(policy: UnreadPolicy, updates: readonly Update[]): UpdateBuffer {
  const buffer = new UpdateBuffer()
  for (const each of updates) buffer.push(each, policy)
  return buffer
}

async function read(buffer: UpdateBuffer): Promise<string[]> {
  const texts: string[] = []
  while (buffer.length > 0) {
    const { value } = await buffer.next()
    texts.push(value === undefined ? 'end' : brief(value))
  }
  return texts
}

const many = (count: number): Update[] => Array.from({ length: count }, (_, index) => update('a', index + 1))

suite('updates that an iterator has not read', () => {
  test('of a latest stream only the newest of each topic are held [SEM 1.5]', async () => {
    const buffer = filled('latest', [update('a', 1), update('b', 2), update('a', 3), update('a', 4)])
    assert.deepEqual(await read(buffer), ['a=4', 'b=2'])
  })

  test('of a stream that delivers all each is held, in order, until the buffer is full [SEM 1.5]', async () => {
    const buffer = filled('all', many(limits.unreadUpdatesMax - 1))
    assert.equal(buffer.isFull, false)
    buffer.push(update('a', 1_000), 'all')
    assert.equal(buffer.isFull, true)
    assert.deepEqual((await read(buffer)).at(-1), 'a=1000')
    assert.equal(buffer.isFull, false)
  })

  test('what still arrives for a full buffer of a stream that delivers all is kept as well', async () => {
    assert.equal((await read(filled('all', many(1_100)))).length, 1_100)
  })

  test('where the topic decides each is held up to the bound, then the newest, with the gap marked', async () => {
    const texts = await read(filled('unknown', many(1_100)))
    assert.equal(texts.length, limits.unreadUpdatesMax)
    assert.deepEqual(texts.slice(-2), ['a=999', 'a=1100 after a gap'])
  })

  test('a reader that waits is given the next update at once', async () => {
    const buffer = new UpdateBuffer()
    const reading = Promise.all([buffer.next(), buffer.next()])
    buffer.push(update('a', 1), 'latest')
    buffer.push(update('a', 2), 'latest')
    assert.deepEqual(
      (await reading).map(({ value }) => value && brief(value)),
      ['a=1', 'a=2'],
    )
    assert.equal(buffer.length, 0)
  })

  test('what was read does not come back when its topic changes', async () => {
    const buffer = filled('latest', [update('a', 1)])
    await buffer.next()
    buffer.push(update('a', 2), 'latest')
    assert.deepEqual(await read(buffer), ['a=2'])
  })

  test('after the end what is held can still be read, then the reason comes', async () => {
    const buffer = filled('latest', [update('a', 1)])
    buffer.finish(new RivuletError('forbidden', 'no more'))
    buffer.push(update('a', 2), 'latest')
    assert.deepEqual(await read(buffer), ['a=1'])
    await assert.rejects(buffer.next(), { code: 'forbidden' })
  })

  test('a reader that waits for the end is told of it', async () => {
    const buffer = new UpdateBuffer()
    const waiting = buffer.next()
    buffer.finish(null)
    await settled()
    assert.deepEqual(await waiting, { done: true, value: undefined })
    assert.deepEqual(await buffer.next(), { done: true, value: undefined })
  })

  test('reading and writing in turns keeps the order and lets go of what was read', async () => {
    const buffer = new UpdateBuffer()
    const seen: string[] = []
    for (let round = 0; round < 100; round++) {
      for (let index = 0; index < 7; index++) buffer.push(update('a', round * 7 + index), 'all')
      for (let index = 0; index < 7; index++) seen.push(String((await buffer.next()).value?.value))
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 700 }, (_, index) => String(index)),
    )
    assert.equal(buffer.length, 0)
  })
})
