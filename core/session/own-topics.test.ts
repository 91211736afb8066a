import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import type { MemoryPeer } from '../../test/support/memory-peer.js'
import { ImpatientClock } from '../../test/support/simulated-clock.js'
import type { Job } from '../flow/turns.js'
import { pace } from '../limits.js'

const removal = { afterMs: null, unsubscribedForMs: null, idleForMs: null, withSession: true }

function publishOwn(owner: MemoryPeer, count: number, under = 'own'): void {
  for (let n = 0; n < count; n++) owner.publish(`${under}/${n}`, '1', { properties: { removal } })
}

suite('topics that go with their session', () => {
  test('go at its end, those that it did not make so stay', () => {
    const { gateway, clock, peer, failures } = memoryGateway()
    const owner = peer()
    publishOwn(owner, 3)
    owner.publish('other', '1')
    owner.send({ kind: 'bye' })
    clock.advance(10)
    assert.deepEqual([gateway.topics.count, gateway.ownTopics.count], [1, 0])
    assert.deepEqual(failures, [])
  })

  test('that went before are not kept until its end', () => {
    const { gateway, clock, peer } = memoryGateway()
    const owner = peer()
    publishOwn(owner, 5)
    assert.equal(gateway.ownTopics.count, 5)
    owner.send({ kind: 'remove', request: 1, selector: 'own/#' })
    clock.advance(50)
    assert.equal(gateway.ownTopics.count, 0)
  })

  for (const [owners, each] of [
    [1, 2_000],
    [200, 10],
  ] as const)
    test(`are so many that removing them takes many turns: no step is long where ${owners} end at once [SEM 2.5]`, () => {
      const { gateway, clock, peer, failures } = memoryGateway({}, new ImpatientClock())
      for (let n = 0; n < owners; n++) publishOwn(peer(), each, `own/${n}`)
      clock.advance(100)
      const jobs: Job[] = []
      gateway.addJob = (job) => jobs.push(job)
      const removedBy = (step: () => void) => {
        const before = gateway.topics.count
        step()
        return before - gateway.topics.count
      }
      const endAll = () => {
        for (const session of [...gateway.sessions.all()]) gateway.ended(session)
      }
      const steps = [removedBy(endAll)]
      for (let isOver = false; !isOver; ) {
        steps.push(removedBy(() => (isOver = jobs[0]?.(clock.nowMs() + pace.jobMs) ?? true)))
      }
      assert.deepEqual([gateway.topics.count, gateway.ownTopics.count, jobs.length], [0, 0, 1])
      assert.ok(Math.max(...steps) <= 50, `${Math.max(...steps)} in one step`)
      assert.deepEqual(failures, [])
    })

  test('go though one of them cannot: that is reported', () => {
    const { gateway, clock, peer, failures } = memoryGateway()
    const owner = peer()
    publishOwn(owner, 30)
    const { append } = gateway.log
    gateway.log.append = (record, ticket) => {
      if (record.kind === 'remove' && record.path === 'own/9') throw new Error('not this one')
      append.call(gateway.log, record, ticket)
    }
    owner.send({ kind: 'bye' })
    clock.advance(50)
    assert.deepEqual([gateway.topics.count, failures.length], [1, 1])
  })
})
