import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { plainHello } from '../../test/support/memory-peer.js'
import { NotingLink } from '../../test/support/noting-link.js'

const notes = { bytes: () => Uint8Array.of(1) }

/** The session side of a link of a medium, for the session of this name. */
function world() {
  const { gateway, clock } = memoryGateway()
  const greet = (medium: string, name: string, isClean = false) => {
    const owner = gateway.attach(new NotingLink(), medium, 'test')
    owner.received({ ...plainHello, identity: { name, isClean } })
    clock.advance(5)
    return owner
  }
  return { gateway, clock, greet }
}

suite('what a link leaves with its session', () => {
  test('is for the next link of that medium, and of no other', () => {
    const { greet } = world()
    const first = greet('mqtt', 'r')
    assert.equal(first.notes, null)
    first.notes = notes
    assert.equal(first.notes, notes)
    first.closed('linkLost')
    assert.equal(greet('other', 'r').notes, null)
    assert.equal(greet('mqtt', 'r').notes, notes)
  })

  test('is not for another session', () => {
    const { greet } = world()
    greet('mqtt', 'r').notes = notes
    assert.equal(greet('mqtt', 's').notes, null)
  })

  test('is there for the link that takes over, and gone where its client begins anew', () => {
    const { greet } = world()
    greet('mqtt', 'r').notes = notes
    assert.equal(greet('mqtt', 'r').notes, notes)
    assert.equal(greet('mqtt', 'r', true).notes, null)
  })

  test('can be taken away', () => {
    const { greet, gateway } = world()
    const owner = greet('mqtt', 'r')
    owner.notes = notes
    owner.notes = null
    assert.equal(owner.notes, null)
    assert.equal(gateway.sessions.named('r')?.notes.size, 0)
  })

  test('is nothing where its client was not let in', () => {
    const { gateway } = world()
    const stranger = gateway.attach(new NotingLink(), 'mqtt', 'test')
    stranger.notes = notes
    assert.equal(stranger.notes, null)
  })
})
