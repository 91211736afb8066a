import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { MessagePeer } from '../../test/support/message-peer.js'
import { SlowStore } from '../../test/support/store/slow-store.js'

function slowWorld() {
  const store = new SlowStore()
  store.isSlow = true
  const { gateway, clock } = memoryGateway({ durable: { store, life: null, answersWait: false } })
  const writer = new MessagePeer(gateway).connect('w')
  const pass = () => clock.advance(5)
  pass()
  return { store, gateway, writer, pass }
}

suite('a store that falls behind', () => {
  test('stops who publishes, takes what was said, and lets it go on once it has caught up', () => {
    const { store, gateway, writer, pass } = slowWorld()
    writer.publish('t', '1')
    pass()
    assert.equal(writer.isPaused, false)
    store.isBehind = true
    writer.publish('t', '2').publish('t', '3')
    pass()
    assert.equal(writer.isPaused, true)
    assert.equal(gateway.topics.tree.find('t')?.offset, 3)
    store.commit()
    pass()
    assert.equal(writer.isPaused, true)
    store.isBehind = false
    store.commit()
    pass()
    assert.equal(writer.isPaused, false)
  })

  test('does not stop who only reads, and lets who is stopped be told', () => {
    const { store, gateway, writer, pass } = slowWorld()
    const reader = new MessagePeer(gateway).connect('r').subscribe('t')
    writer.subscribe('t')
    store.isBehind = true
    writer.publish('t', '1')
    pass()
    assert.deepEqual([reader.isPaused, writer.isPaused], [false, true])
    assert.deepEqual([reader.values, writer.values], [['1'], ['1']])
  })
})
