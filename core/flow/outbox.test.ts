import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { bytes, plainHello, plainOptions, publication } from '../../test/support/memory-peer.js'
import type { Flush, Link, LinkOwner, Taken } from '../index.js'

const nothingTaken: Taken = { items: 0, bytes: 0 }

/** A link that claims room and takes nothing until it is told to. */
class ReluctantLink implements Link {
  readonly traits = { ordered: true, reliable: true, settles: false, upstream: true }
  readonly roomBytes = 1_000
  readonly taken: string[] = []
  isWilling = true
  timesAsked = 0

  send({ replies, batch }: Flush): Taken {
    this.timesAsked += 1
    assert.ok(this.timesAsked < 1_000, 'asked without end')
    if (!this.isWilling) return nothingTaken
    for (const reply of replies) this.taken.push(reply.kind)
    for (let i = 0; i < batch.count; i++) this.taken.push(String(batch.updates[i]?.topic.path))
    return { items: replies.length + batch.count, bytes: 100 }
  }

  pause(): void {
    // The test says nothing that would have to wait.
  }

  resume(): void {
    // As above.
  }

  close(): void {
    // Nobody is at the other end.
  }
}

/** A client on such a link that has subscribed to everything; what it was told so far is forgotten. */
function reluctant() {
  const { clock, gateway, failures } = memoryGateway()
  const link = new ReluctantLink()
  const owner: LinkOwner = gateway.attach(link, 'test', 'test')
  owner.received(plainHello)
  owner.received({ kind: 'subscribe', request: 1, selector: '#', options: plainOptions })
  clock.advance(50)
  link.taken.length = 0
  return { clock, gateway, link, owner, failures }
}

suite('outbox', () => {
  test('a link that takes nothing although it claims room is asked again only once it says that it is writable', () => {
    const { clock, gateway, link, owner, failures } = reluctant()
    link.isWilling = false
    const before = link.timesAsked
    owner.received(publication('a', bytes('1'), { sequence: 1 }))
    clock.advance(1_000)
    owner.received(publication('b', bytes('2'), { sequence: 2 }))
    clock.advance(1_000)
    assert.deepEqual([link.timesAsked - before, gateway.statistics().blockedLinks], [1, 1])
    link.isWilling = true
    owner.writable()
    clock.advance(50)
    assert.deepEqual([link.taken, failures], [['accepted', 'accepted', 'a', 'b'], []])
    assert.equal(gateway.statistics().updates, 2)
  })
})
