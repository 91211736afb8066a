import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { plainHello, plainOptions, publication } from '../../test/support/memory-peer.js'
import { NotingLink } from '../../test/support/noting-link.js'

/** A client that was let in, on a link that notes what it is given and says when a go is over. */
function client(options: Parameters<typeof memoryGateway>[0] = {}, hello = plainHello) {
  const world = memoryGateway(options)
  const link = new NotingLink()
  const owner = world.gateway.attach(link, 'test', 'test')
  owner.received(hello)
  world.clock.advance(5)
  assert.deepEqual(link.notes.splice(0), ['welcome'])
  const publish = (sequence: number, path = 't') => owner.received(publication(path, `${sequence}`, { sequence }), true)
  return { ...world, link, owner, publish }
}

suite('a link that says when a go is over', () => {
  test('is given what it is answered then, in order, and by no turn before or after', () => {
    const { clock, link, owner, publish, failures } = client()
    publish(1)
    publish(2, 'a//+')
    assert.deepEqual(link.notes, [])
    owner.goEnded()
    assert.deepEqual(link.notes.splice(0), ['accepted', 'publishRefused'])
    owner.goEnded()
    clock.advance(50)
    assert.deepEqual([link.notes, failures], [[], []])
  })

  test('is welcomed then, where who it is is known at once', () => {
    const { gateway, clock, failures } = memoryGateway()
    const link = new NotingLink()
    const owner = gateway.attach(link, 'test', 'test')
    owner.received(plainHello, true)
    assert.deepEqual(link.notes, [])
    owner.goEnded()
    assert.deepEqual(link.notes, ['welcome'])
    clock.advance(50)
    assert.deepEqual([link.notes, failures], [['welcome'], []])
  })

  test('is given what comes of it later in a turn', () => {
    const { clock, link, owner } = client()
    owner.received({ kind: 'fetch', request: 1, selector: '#', after: null, limit: 0, describe: false }, true)
    owner.goEnded()
    assert.deepEqual(link.notes, [])
    clock.advance(50)
    assert.deepEqual(link.notes, ['fetched'])
  })

  test('is given answers together with updates where it is owed both', () => {
    const { clock, link, owner, publish } = client()
    owner.received({ kind: 'subscribe', request: 1, selector: 't', options: plainOptions })
    clock.advance(50)
    link.notes.length = 0
    publish(1)
    clock.advance(0)
    publish(2)
    owner.goEnded()
    clock.advance(50)
    assert.deepEqual(link.notes, ['accepted', 'accepted'])
  })

  test('has no room: answers wait in core, it is not read from, and all come once there is', () => {
    const { clock, link, owner, publish } = client({ limits: { repliesMax: 4 } })
    link.roomBytes = 0
    for (let sequence = 1; sequence <= 4; sequence++) {
      publish(sequence)
      owner.goEnded()
    }
    assert.deepEqual(link.notes, ['pause'])
    link.roomBytes = 10_000
    owner.writable()
    clock.advance(50)
    assert.deepEqual(link.notes, ['pause', ...Array(4).fill('accepted'), 'resume'])
  })

  test('is stopped for answers that pile up in one go, and read from again once they left', () => {
    const { clock, link, owner, publish } = client({ limits: { repliesMax: 4 } })
    for (let sequence = 1; sequence <= 4; sequence++) publish(sequence)
    owner.goEnded()
    clock.advance(50)
    assert.deepEqual(link.notes, ['pause', ...Array(4).fill('accepted'), 'resume'])
  })

  test('and fails in between ends by itself, and nobody else', () => {
    const { link, owner, publish, failures, gateway } = client()
    link.send = () => {
      throw new Error('a mistake')
    }
    publish(1)
    owner.goEnded()
    assert.deepEqual([link.notes, failures.length, gateway.statistics().links], [['internalError'], 1, 0])
  })
})
