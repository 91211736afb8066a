import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'

const removal = { afterMs: null, unsubscribedForMs: null, idleForMs: null, withSession: true }

suite('resumption', () => {
  for (const selectors of [['a'], ['#'], ['a', '#']]) {
    test(`a removal whose readers are not marked yet is told once to who comes back to ${selectors.join(' and ')}`, () => {
      const { clock, peer, failures } = memoryGateway()
      const [reader, owner] = [peer(), peer()]
      for (const selector of selectors) reader.subscribe(selector)
      owner.publish('a', '1', { properties: { removal } })
      clock.advance(100)
      reader.cut()
      owner.send({ kind: 'bye' })
      reader.resume()
      clock.advance(100)
      assert.deepEqual(failures, [])
      assert.equal(reader.updates.filter(({ isRemoved }) => isRemoved).length, 1)
      assert.equal(reader.closedFor, null)
    })
  }
})
