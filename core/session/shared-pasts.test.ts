import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { MemoryPeer } from '../../test/support/memory-peer.js'

/** A client that has just come back, and asks for what changed since it was told everything; both topics did. */
function returned() {
  const { gateway, clock, peer } = memoryGateway()
  const [writer, before] = [peer(), peer()]
  for (const path of ['a', 'b']) writer.publish(path, '1')
  before.subscribe('+')
  clock.advance(5)
  const since = { kind: 'position', position: before.position } as const
  for (const path of ['a', 'b']) writer.publish(path, '2')
  clock.advance(5)
  const reader = new MemoryPeer(gateway).connect()
  clock.advance(5)
  const told = () => {
    clock.advance(50)
    return reader.heard.splice(0).flatMap((item) => (item.kind === 'update' ? [item.path] : []))
  }
  return { reader, since, told }
}

suite('what several subscriptions of a session ask for since the same position', () => {
  test('is told once where more than one of them covers it [SEM 2.1]', () => {
    const { reader, since, told } = returned()
    for (const selector of ['a', '+', '#']) reader.subscribe(selector, { since })
    assert.deepEqual(told(), ['a', 'b'])
  })

  test('is told anew once all of them were told', () => {
    const { reader, since, told } = returned()
    for (let time = 0; time < 2; time++) {
      reader.subscribe('+', { since })
      assert.deepEqual(told(), ['a', 'b'])
    }
  })

  for (const selector of ['a', '+'])
    test(`is not lost where the first of them, to ${selector}, ended before it was told`, () => {
      const { reader, since, told } = returned()
      reader.subscribe(selector, { since })
      reader.unsubscribe(selector)
      reader.subscribe(selector, { since })
      assert.deepEqual(told(), selector === 'a' ? ['a'] : ['a', 'b'])
    })

  test('is not lost where it is asked for twice before it is told, and once more later', () => {
    const { reader, since, told } = returned()
    reader.subscribe('+', { since })
    reader.subscribe('+', { since })
    assert.deepEqual(told(), ['a', 'b'])
    reader.subscribe('+', { since })
    assert.deepEqual(told(), ['a', 'b'])
  })
})
