import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { publication } from '../../test/support/memory-peer.js'
import { messageWorld } from '../../test/support/message-world.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import type { Gateway } from '../gateway.js'

const clerk = { name: 'clerk', roles: [], rootPath: '', properties: {} }

/** Every look at it takes a quarter of a millisecond while it is tiring. */
class TiringClock extends SimulatedClock {
  isTiring = false
  private lostMs = 0

  override nowMs(): number {
    if (this.isTiring) this.lostMs += 0.25
    return super.nowMs() + this.lostMs
  }
}

/** What an administrator sees of the session that its client calls this. */
function shown(gateway: Gateway, name: string): unknown {
  let document = ''
  const ask = (operation: 'listSessions' | 'showSession', target: string) => {
    gateway.request(clerk, { kind: 'administer', request: 1, operation, target, after: '' }, (reply) => {
      if (reply.kind === 'report') document = reply.document
    })
    return JSON.parse(document)
  }
  const listed = ask('listSessions', '').sessions.find(
    (session: { readonly client: string }) => session.client === name,
  )
  const { client, queued, dropped } = ask('showSession', listed.id)
  return { client, queued, dropped }
}

suite('what a gateway counts', () => {
  test('refusals are counted by their code, of sessions and of callers without one, and publishes only if accepted [SEM 3.7]', () => {
    const { clock, gateway, peer, failures } = memoryGateway()
    const client = peer()
    for (const [index, path] of ['a', 'b/#', 'b/+', '$SYS/a'].entries())
      client.publish(path, '1', { sequence: index + 1 })
    client.publish('n', 'no number', { type: 'int64' })
    client.subscribe('a/#/b')
    clock.advance(50)
    gateway.request(clerk, publication('c/#', '1', { sequence: 1 }), () => undefined)
    gateway.request(clerk, publication('c', '1', { sequence: 1 }), () => undefined)
    gateway.request(
      clerk,
      { kind: 'fetch', request: 1, selector: '#/', after: null, limit: 0, describe: false },
      () => 0,
    )
    const { refused, published } = gateway.statistics()
    assert.deepEqual(refused, { invalidPath: 3, forbidden: 1, invalidValue: 1, invalidSelector: 2 })
    assert.deepEqual([published, failures], [2, []])
    client.send({ kind: 'bye' })
    clock.advance(50)
    assert.deepEqual(gateway.statistics().refused, refused)
  })

  test('messages for which a queue had no room are counted for their session and in total, and stay in the total [SEM 3.7]', () => {
    const { connect, pass, gateway } = messageWorld({ limits: { queueUpdatesMax: 3 } })
    connect('away').subscribe('a').cut()
    connect('member').share('some', 'a').cut()
    const writer = connect('writer')
    for (let i = 0; i < 5; i++) writer.publish('a', `${i}`)
    pass()
    assert.deepEqual(shown(gateway, 'away'), { client: 'away', queued: 3, dropped: 2 })
    assert.deepEqual(shown(gateway, 'writer'), { client: 'writer', queued: 0, dropped: 0 })
    assert.equal(gateway.statistics().dropped, 4)
    connect('away', { isClean: true })
    assert.equal(gateway.statistics().dropped, 4)
  })

  test('the longest turn is not forgotten because somebody else has read it', () => {
    const clock = new TiringClock()
    const { gateway } = memoryGateway({}, clock)
    clock.advance(5_000)
    clock.isTiring = true
    clock.advance(1_000)
    clock.isTiring = false
    const { longestTurnMs } = gateway.statistics()
    assert.ok(longestTurnMs > 0)
    clock.advance(5_000)
    assert.equal(gateway.statistics().longestTurnMs, longestTurnMs)
    clock.advance(20_000)
    assert.equal(gateway.statistics().longestTurnMs, 0)
  })
})
