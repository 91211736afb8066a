import assert from 'node:assert/strict'
import { setup, suite, teardown, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { plainOptions } from '../../test/support/memory-peer.js'
import { TryingClock } from '../../test/support/trying-clock.js'

const topics = 1_000
let clock = new TryingClock()

/** A reader with a hundred subscriptions beside its two, who has not read what changed of a thousand topics each of `a` and `b`. */
function readerBehind() {
  const { peer, failures } = memoryGateway({}, clock)
  const [reader, owner] = [peer({}, 2_000), peer()]
  for (const selector of ['a/#', 'b/#']) reader.subscribe(selector)
  for (let number = 1; number <= 50; number++) reader.subscribe(`+/~"[ab]+c${number}"`)
  clock.advance(100)
  reader.stall()
  const change = (value: string) => {
    for (let i = 0; i < topics; i++) for (const branch of ['a', 'b']) owner.publish(`${branch}/${i}`, value)
    clock.advance(20_000)
  }
  change('1')
  clock.longestMs = 0
  const after = (kind: string) => {
    const at = reader.heard.findIndex((item) => item.kind === kind)
    const updates = reader.heard.slice(at).filter((item) => item.kind === 'update')
    return at === -1 ? null : updates
  }
  return { reader, owner, failures, change, after }
}

suite('readings of subscriptions that come, change and go while much is owed', () => {
  setup(() => {
    clock = new TryingClock()
    clock.begin()
  })
  teardown(() => clock.end())

  test('ending one takes no long step, and nothing of it follows the answer [SEM 2.5]', () => {
    const { reader, failures, after } = readerBehind()
    clock.measure(() => reader.send({ kind: 'unsubscribe', request: 900, selector: 'a/#' }))
    reader.unstall()
    clock.advance(20_000)
    assert.ok(clock.longestMs < 10, `${clock.longestMs} ms`)
    const told = after('done') ?? []
    assert.deepEqual([told.some(({ path }) => path.startsWith('a/')), reader.closedFor, failures], [false, null, []])
    const held = [...reader.values.keys()].filter((path) => path.startsWith('b/'))
    assert.equal(held.length, topics)
  })

  test('what changes meanwhile is told all the same, and of several changes each counts', () => {
    const { reader, owner, failures, after } = readerBehind()
    clock.measure(() => reader.send({ kind: 'unsubscribe', request: 900, selector: 'b/#' }))
    const options = { ...plainOptions, snapshot: false, intervalMs: 50 }
    clock.measure(() => reader.send({ kind: 'subscribe', request: 901, selector: 'a/#', options }))
    clock.measure(() => reader.send({ kind: 'subscribe', request: 902, selector: 'b/7', options: plainOptions }))
    owner.publish('a/new', '2')
    owner.publish('a/5', '2')
    owner.publish('b/8', '2')
    reader.unstall()
    clock.advance(20_000)
    assert.ok(clock.longestMs < 10, `${clock.longestMs} ms`)
    const ofB = (after('done') ?? []).filter(({ path }) => path.startsWith('b/')).map(({ path }) => path)
    assert.deepEqual([ofB, reader.closedFor, failures], [['b/7'], null, []])
    assert.deepEqual([reader.values.get('a/new'), reader.values.get('a/5'), reader.values.get('a/6')], ['2', '2', '1'])
    const held = [...reader.values.keys()].filter((path) => path.startsWith('a/'))
    assert.equal(held.length, topics + 1)
  })

  test('who subscribes again meanwhile may have forgotten what it held: no delta is against it [PROTOCOL 3.11]', () => {
    const { reader, failures, change } = readerBehind()
    reader.unstall()
    change('a value, long enough for deltas: 1')
    reader.stall()
    change('a value, long enough for deltas: 2')
    clock.measure(() => reader.unsubscribe('a/#'))
    clock.measure(() => reader.subscribe('a/#'))
    reader.unstall()
    clock.advance(20_000)
    assert.deepEqual([reader.puzzled, reader.closedFor, failures], [[], null, []])
    assert.ok(reader.updates.some(({ path, isDelta }) => isDelta && path.startsWith('b/')))
    assert.deepEqual([reader.values.size, reader.values.get('a/6')], [2 * topics, 'a value, long enough for deltas: 2'])
  })

  test('a client that leaves, or is cut off and comes back, meanwhile stands as if it had waited', () => {
    const { reader, failures, change } = readerBehind()
    reader.send({ kind: 'unsubscribe', request: 900, selector: 'a/#' })
    reader.cut()
    reader.unstall()
    reader.resume()
    clock.advance(20_000)
    change('2')
    const ofB = [...reader.values].filter(([path]) => path.startsWith('b/'))
    assert.deepEqual([ofB.length, new Set(ofB.map(([, value]) => value))], [topics, new Set(['2'])])
    reader.send({ kind: 'unsubscribe', request: 901, selector: 'b/#' })
    reader.send({ kind: 'bye' })
    change('3')
    assert.deepEqual(failures, [])
  })
})
