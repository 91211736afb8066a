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

  test('what came before a subscription that wanted no past is not told by a resume, though it is news to the client', () => {
    const { clock, peer, failures } = memoryGateway()
    const [reader, writer] = [peer(), peer()]
    for (const path of ['a', 'b'])
      writer.publish(path, '1', { properties: { delivery: path === 'a' ? 'all' : 'latest' } })
    clock.advance(100)
    reader.stall()
    reader.subscribe('#', { snapshot: false })
    clock.advance(100)
    reader.cut()
    writer.publish('c', '1')
    reader.unstall()
    reader.resume()
    clock.advance(100)
    assert.deepEqual([failures, [...reader.values.keys()]], [[], ['c']])
    assert.equal(reader.heard.filter(({ kind }) => kind === 'synced').length, 1)
  })

  for (const { never, ...given } of [
    { never: 'wanted before', snapshot: false, keep: true, lifetimeMs: 0 },
    { never: 'kept', snapshot: true, keep: false, lifetimeMs: 0 },
    { never: 'renewed before its end', snapshot: true, keep: true, lifetimeMs: 10 },
    { never: 'there', snapshot: true, keep: true, lifetimeMs: null },
  ]) {
    test(`who comes back to a topic that it named is sent whole a value that was never ${never}`, () => {
      const { clock, peer, failures } = memoryGateway()
      const [reader, writer] = [peer(), peer()]
      const properties = { keep: given.keep }
      if (given.lifetimeMs === null) writer.send({ kind: 'create', request: 1, path: 'a', properties })
      else writer.publish('a', '1', { properties, lifetimeMs: given.lifetimeMs })
      clock.advance(100)
      reader.subscribe('a', { snapshot: given.snapshot })
      clock.advance(100)
      reader.cut()
      reader.resume()
      clock.advance(100)
      assert.deepEqual(reader.updates, [])
      writer.publish('a', '2')
      clock.advance(100)
      assert.deepEqual([failures, reader.closedFor, reader.values.get('a')], [[], null, '2'])
    })
  }
})
