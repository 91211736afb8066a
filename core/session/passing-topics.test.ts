import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { plainOptions } from '../../test/support/memory-peer.js'
import { messageWorld } from '../../test/support/message-world.js'
import { selector } from '../../test/support/selectors.js'
import type { Removal, TopicRule } from '../index.js'

const hourMs = 3_600_000

/** A publisher of messages, at a gateway that holds so many topics. */
function world(topicsMax = 1_000, rules: readonly TopicRule[] = []) {
  const made = messageWorld({ limits: { topicsMax }, rules })
  const publisher = made.connect('publisher', { keepAliveMs: Number.POSITIVE_INFINITY })
  const paths = () => [...'abcdefgh'].filter((path) => made.gateway.topics.tree.find(path) !== null).join('')
  const refusals = () =>
    publisher.replies.flatMap((reply) => (reply.kind === 'publishRefused' ? [reply.refusal.code] : []))
  return { ...made, publisher, paths, refusals }
}

const ruleOf = (text: string, removal: Removal | null): TopicRule => ({
  selector: selector(text),
  properties: { removal },
})

const noEnd = { afterMs: null, unsubscribedForMs: null, idleForMs: null, withSession: false }

suite('topics of messages that were not to be retained', () => {
  test('go when nothing came for 24 hours, and not before [SEM 4.8]', () => {
    const { publisher, pass, paths } = world()
    publisher.publish('a', '1').publish('b', '1')
    pass(23 * hourMs)
    publisher.publish('a', '2')
    assert.equal(paths(), 'ab')
    pass(hourMs + 1_000)
    assert.equal(paths(), 'a')
    pass(22 * hourMs)
    assert.equal(paths(), 'a')
    pass(hourMs)
    assert.equal(paths(), '')
  })

  test('go earlier, or never, where a rule says so [SEM 4.8]', () => {
    const rules = [ruleOf('a', { ...noEnd, idleForMs: hourMs }), ruleOf('b', null)]
    const { publisher, pass, paths } = world(1_000, rules)
    publisher.publish('a', '1').publish('b', '1')
    pass(hourMs + 1_000)
    assert.equal(paths(), 'b')
    pass(25 * hourMs)
    assert.equal(paths(), 'b')
  })

  test('stay once they have a retained value, for as long as nobody clears that [MQTT-3.3.1-5]', () => {
    const { publisher, pass, paths, connect } = world()
    publisher.publish('a', 'passing').publish('a', 'kept', 1, true).publish('a', 'passing again')
    pass(25 * hourMs)
    const reader = connect('reader').subscribe('a')
    pass()
    assert.deepEqual([paths(), reader.values], ['a', ['kept']])
    publisher.publish('a', '', 1, true)
    pass()
    assert.equal(paths(), '')
  })

  test('make room for others at the bound of topics, the longest idle first [SEM 4.8]', () => {
    const { publisher, pass, paths, refusals } = world(3)
    for (const path of ['a', 'b', 'c']) publisher.publish(path, '1')
    pass()
    publisher.publish('a', '2')
    pass()
    publisher.publish('d', '1')
    pass()
    assert.equal(paths(), 'acd')
    publisher.publish('e', '1', 1, true)
    pass()
    assert.equal(paths(), 'ade')
    assert.deepEqual(refusals(), [])
  })

  test('do not go for the sake of a publish that is refused all the same', () => {
    const { publisher, pass, paths, refusals } = world(2)
    publisher.publish('a', '1').publish('b', '1')
    publisher.say({ ...wrong, path: 'c' })
    pass()
    assert.equal(paths(), 'ab')
    assert.deepEqual(refusals(), ['invalidValue'])
  })

  test('are all there is to go: with none left the publish is refused [SEM 4.8]', () => {
    const { publisher, pass, paths, refusals } = world(3, [ruleOf('c', null)])
    publisher.publish('a', '1', 1, true).publish('b', '1').publish('b', '2', 1, true).publish('c', '1')
    publisher.publish('d', '1').publish('e', '1', 1, true)
    pass()
    assert.equal(paths(), 'abc')
    assert.deepEqual(refusals(), ['limitReached', 'limitReached'])
  })

  test('make room for a topic that is created, and clients of states hear that they went', () => {
    const { publisher, peer, pass, paths, gateway } = world(2)
    publisher.publish('a', '1').publish('b', '1')
    const reader = peer()
    reader.send({ kind: 'subscribe', request: 1, selector: '#', options: plainOptions })
    const listener = publisher.subscribe('#')
    pass()
    reader.send({ kind: 'create', request: 2, path: 'c', properties: {} })
    pass()
    assert.equal(paths(), 'bc')
    assert.deepEqual(
      reader.updates.filter(({ isRemoved }) => isRemoved).map(({ path }) => path),
      ['a'],
    )
    assert.deepEqual(listener.values, [])
    assert.equal(gateway.statistics().topics, 2)
  })

  test('leave without a trace, however many come and go', () => {
    const { publisher, pass, gateway } = world(100)
    for (let i = 0; i < 5_000; i++) publisher.publish(`t/${i}`, '1', 0)
    pass(1_000)
    assert.deepEqual([gateway.statistics().topics, gateway.lifetimes.count], [100, 100])
  })
})

const wrong = {
  kind: 'publish',
  sequence: 3,
  alias: 0,
  value: new TextEncoder().encode('no number'),
  type: 'double',
  merge: false,
  timeMs: 0,
  lifetimeMs: 0,
  attributes: null,
  handling: { qos: 1, isRetained: false, isMessage: true },
  expect: null,
  properties: null,
} as const
