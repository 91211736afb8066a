import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Publish } from '../../core/index.js'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { plainHello, publication } from '../../test/support/memory-peer.js'
import { NotingLink } from '../../test/support/noting-link.js'

/** A client that was let in, on a link that notes what it is given. */
function client(options: Parameters<typeof memoryGateway>[0] = {}, hello = plainHello) {
  const { clock, gateway, failures } = memoryGateway(options)
  const link = new NotingLink()
  const owner = gateway.attach(link, 'test', 'test')
  owner.received(hello)
  clock.advance(5)
  assert.deepEqual(link.notes.splice(0), ['welcome'])
  const publish = (sequence: number, more: Partial<Publish> = {}) =>
    owner.received(publication('t', `${sequence}`, { sequence, ...more }))
  const taken = () => owner.takeAnswers().map(({ kind }) => kind)
  return { clock, gateway, link, owner, publish, taken, failures }
}

suite('answers that a link takes by itself', () => {
  test('are those that wait, oldest first, and no turn sends them again', () => {
    const { clock, link, publish, taken, failures } = client()
    publish(1)
    publish(2, { path: 'a//+' })
    assert.deepEqual(taken(), ['accepted', 'publishRefused'])
    assert.deepEqual(taken(), [])
    clock.advance(50)
    assert.deepEqual([link.notes, failures], [[], []])
  })

  test('come in a turn where it does not', () => {
    const { clock, link, publish, taken } = client()
    publish(1)
    clock.advance(50)
    assert.deepEqual(taken(), [])
    assert.deepEqual(link.notes, ['accepted'])
  })

  test('pile up no more: a link that was stopped for them is read from again', () => {
    const { link, publish, taken } = client({ limits: { repliesMax: 4 } })
    for (let sequence = 1; sequence <= 4; sequence++) publish(sequence)
    assert.deepEqual(link.notes, ['pause'])
    assert.equal(taken().length, 4)
    assert.deepEqual(link.notes, ['pause', 'resume'])
  })

  test('are not there for the link of a client that is metered', () => {
    const metered = client({}, { ...plainHello, bytesPerSecondMax: 10_000 })
    metered.publish(1)
    assert.deepEqual(metered.taken(), [])
    metered.clock.advance(50)
    assert.deepEqual(metered.link.notes, ['accepted'])
  })
})
