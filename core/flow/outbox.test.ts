import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { bytes, plainHello, plainOptions, publication } from '../../test/support/memory-peer.js'
import type { Batch, Flush, Link, LinkOwner, Rest, Taken } from '../index.js'

const nothingTaken: Taken = { items: 0, bytes: 0 }

/** A link that claims room and takes nothing until it is told to. */
class ReluctantLink implements Link {
  readonly traits = { ordered: true, reliable: true, settles: false, upstream: true }
  readonly roomItems = Number.POSITIVE_INFINITY
  roomBytes = 1_000
  readonly counts: number[] = []
  /** What was owed behind each flush. */
  readonly rests: Rest[] = []
  /** Under which it keeps the frames of batches, and how many it made. */
  codec: object = {}
  made = 0
  readonly taken: string[] = []
  isWilling = true
  timesAsked = 0
  /** Takes flushes of so many updates, or nothing. */
  takesMost = Number.POSITIVE_INFINITY
  bytesOf = (_updates: number) => 100

  send({ replies, batch, rest }: Flush): Taken {
    this.timesAsked += 1
    assert.ok(this.timesAsked < 1_000, 'asked without end')
    if (!this.isWilling || batch.count > this.takesMost) return nothingTaken
    this.note(batch, rest)
    for (const reply of replies) this.taken.push(reply.kind)
    for (let i = 0; i < batch.count; i++) this.taken.push(String(batch.updates[i]?.topic.path))
    return { items: replies.length + batch.count, bytes: this.bytesOf(batch.count) }
  }

  private note(batch: Batch, rest: Rest): void {
    if (batch.count === 0) return
    this.counts.push(batch.count)
    this.rests.push(rest)
    if (batch.frameOf(this.codec) !== null) return
    batch.keepFrame(this.codec, new Uint8Array(1))
    this.made += 1
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

/** New values of 24 bytes and a bit for so many topics. */
function publishMany(owner: LinkOwner, round: number, count: number): void {
  for (let i = 0; i < count; i++) owner.received(publication(`t/${i}`, bytes(`value ${i} of the round ${round}`)))
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

  test('a link on which updates turn out shorter than expected is given as many as fill its room', () => {
    const { clock, link, owner, failures } = reluctant()
    const counts: number[] = []
    link.bytesOf = (updates) => {
      counts.push(updates)
      return 10 * updates
    }
    for (let round = 0; round < 5; round++) {
      publishMany(owner, round, 150)
      clock.advance(50)
    }
    assert.deepEqual(failures, [])
    assert.ok((counts[0] ?? 0) < 25, `${counts[0]} at first`)
    assert.ok(
      counts.some((count) => count > 60),
      `${counts} at most`,
    )
  })

  test('a link that is offered too much is offered less, until it takes something', () => {
    const { clock, link, owner, failures } = reluctant()
    link.takesMost = 3
    publishMany(owner, 0, 20)
    clock.advance(20)
    for (let offer = 0; offer < 4 && link.taken.length === 0; offer++) {
      owner.writable()
      clock.advance(20)
    }
    assert.deepEqual([link.taken.length > 0, failures], [true, []])
  })

  test('of a thousand topics no flush tells more than 256, and readers who are owed the same share each', () => {
    const { clock, gateway, link, owner, failures } = reluctant()
    const second = new ReluctantLink()
    const reader = gateway.attach(second, 'test', 'test')
    reader.received(plainHello)
    reader.received({ kind: 'subscribe', request: 1, selector: '#', options: plainOptions })
    clock.advance(50)
    for (const each of [link, second]) {
      each.roomBytes = 1_000_000
      each.counts.length = 0
    }
    second.codec = link.codec
    publishMany(owner, 0, 1_000)
    clock.advance(50)
    const flushes = [256, 256, 256, 232]
    assert.deepEqual([link.counts, second.counts, failures], [flushes, flushes, []])
    assert.equal(link.made + second.made, 4)
  })

  test('behind answers and a first snapshot more is to be expected, behind changes nothing', () => {
    const { clock, gateway, owner, failures } = reluctant()
    publishMany(owner, 0, 3)
    clock.advance(50)
    const link = new ReluctantLink()
    const reader = gateway.attach(link, 'test', 'test')
    reader.received(plainHello)
    reader.received({ kind: 'subscribe', request: 1, selector: '#', options: plainOptions })
    clock.advance(50)
    assert.deepEqual([...new Set(link.rests)], ['waits'])
    link.rests.length = 0
    publishMany(owner, 1, 3)
    clock.advance(50)
    assert.deepEqual([link.rests, failures], [['nothing'], []])
  })

  test('a session that is owed no more than a batch made for one that is owed more says so', () => {
    const { clock, gateway, link, owner, failures } = reluctant()
    const second = new ReluctantLink()
    const reader = gateway.attach(second, 'test', 'test')
    reader.received(plainHello)
    for (let i = 0; i < 256; i++) {
      reader.received({ kind: 'subscribe', request: i, selector: `t/${i}`, options: plainOptions })
    }
    clock.advance(50)
    for (const each of [link, second]) {
      each.roomBytes = 1_000_000
      each.counts.length = 0
      each.rests.length = 0
    }
    second.codec = link.codec
    // Its answer makes the first session due before the second, which is then given what was made for the first.
    owner.received(publication('t/0', bytes('a value of the round 0'), { sequence: 1 }))
    publishMany(owner, 0, 300)
    clock.advance(50)
    assert.deepEqual([second.counts, second.rests, second.made], [[256], ['nothing'], 0])
    assert.deepEqual([link.rests, failures], [['follows', 'nothing'], []])
  })

  test('of many topics that one session alone is owed no flush tells more than 64, and the link hears that more follow', () => {
    const { clock, link, owner, failures } = reluctant()
    link.roomBytes = 1_000_000
    link.counts.length = 0
    link.rests.length = 0
    publishMany(owner, 0, 200)
    clock.advance(50)
    assert.deepEqual(
      [link.counts, link.rests, failures],
      [[64, 64, 64, 8], ['follows', 'follows', 'follows', 'nothing'], []],
    )
  })
})
