import assert from 'node:assert/strict'
import { setup, suite, teardown, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import { messageWorld } from '../../test/support/message-world.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import { TreeWalk } from '../topics/tree-walk.js'

const { step } = TreeWalk.prototype
let walkedMs = 0

/** To visit as many nodes as one step of a walk may takes 0.2 ms on it; nothing else takes any time. */
class WalkingClock extends SimulatedClock {
  override nowMs(): number {
    return super.nowMs() + walkedMs
  }
}

suite('retained values of many filters', () => {
  setup(() => {
    walkedMs = 0
    TreeWalk.prototype.step = function (nodes, visit) {
      walkedMs += 0.2
      return step.call(this, nodes, visit)
    }
  })
  teardown(() => {
    TreeWalk.prototype.step = step
  })

  for (const [how, filterOf] of [
    ['the same filter', () => '+/+/zz'],
    ['many filters', (number: number) => `+/+/z${number}`],
  ] as const) {
    test(`a client that subscribes to ${how} 500 times in one go does not hold up the loop, nor other jobs`, () => {
      const clock = new WalkingClock()
      const { gateway } = memoryGateway({}, clock)
      const connect = (name: string) => new MessagePeer(gateway).connect(name)
      const writer = connect('w')
      for (let i = 0; i < 3_000; i++) writer.publish(`d/${i}/v`, '1', 1, true)
      const reader = connect('r')
      clock.advance(20)
      walkedMs = 0
      for (let number = 1; number <= 500; number++) reader.subscribe(filterOf(number))
      assert.ok(walkedMs < 2, `${walkedMs} ms in the call`)
      let othersMs = 0
      gateway.addJob(() => {
        othersMs = walkedMs
        return true
      })
      clock.advance(0)
      assert.ok(othersMs > 0 && othersMs < 4, `another job had its turn after ${othersMs} ms`)
    })
  }

  test('short walks of many filters share the time of one', () => {
    const clock = new WalkingClock()
    const { gateway } = memoryGateway({}, clock)
    const [writer, reader] = ['w', 'r'].map((name) => new MessagePeer(gateway).connect(name))
    for (let i = 0; i < 100; i++) writer?.publish(`d/${i}`, `${i}`, 1, true)
    clock.advance(20)
    walkedMs = 0
    for (let i = 0; i < 100; i++) reader?.subscribe(`d/${i}`)
    assert.ok(walkedMs < 2, `${walkedMs} ms in the call`)
    clock.advance(0)
    assert.deepEqual(
      reader?.values,
      Array.from({ length: 100 }, (_, i) => `${i}`),
    )
  })
})

suite('retained values of a client that is still being told', () => {
  /** A reader of whose 2,000 values a part is queued. */
  function reading() {
    const world = messageWorld()
    const writer = world.connect('w')
    for (let i = 0; i < 2_000; i++) writer.publish(`t/${i}`, `${i}`, 1, true)
    world.pass()
    const reader = world.connect('r')
    reader.window = 100
    reader.subscribe('#')
    world.pass(50)
    const session = world.gateway.sessions.named('r')
    assert.ok(session)
    const { subscriptions } = world.gateway
    const isTelling = () => {
      const subscription = subscriptions.of(session).get('#')
      return subscription !== undefined && subscriptions.retained.isTelling(session, subscription)
    }
    const goOn = () => {
      reader.settle()
      world.pass(20)
    }
    return { ...world, reader, session, isTelling, goOn }
  }

  test('are told from the beginning where it subscribes anew, once, and it counts as told at the end only', () => {
    const { reader, isTelling, goOn } = reading()
    reader.subscribe('#')
    while (isTelling()) goOn()
    for (let i = 0; i < 10; i++) goOn()
    assert.equal(new Set(reader.values).size, 2_000)
    assert.deepEqual(
      reader.values.slice(-2_000),
      Array.from({ length: 2_000 }, (_, i) => `${i}`),
    )
    assert.ok(reader.got.length < 3_000, `${reader.got.length} were told`)
  })

  test('are told of the next subscription after those of the first', () => {
    const { reader, isTelling, goOn } = reading()
    reader.subscribe('t/7')
    while (isTelling()) goOn()
    for (let i = 0; i < 10; i++) goOn()
    assert.equal(reader.got.length, 2_001)
    assert.equal(reader.values.at(-1), '7')
  })

  test('are told no more once it unsubscribes, and nothing of that is kept however often', () => {
    const { reader, session, isTelling, goOn } = reading()
    for (let i = 0; i < 100; i++) reader.unsubscribe('#').subscribe('#')
    reader.unsubscribe('#')
    for (let i = 0; i < 10; i++) goOn()
    assert.ok(reader.got.length < 600, `${reader.got.length} were told`)
    reader.subscribe('t/7')
    goOn()
    assert.equal(reader.values.at(-1), '7')
    assert.deepEqual([isTelling(), session.outbox.queuedCount], [false, 0])
  })
})
