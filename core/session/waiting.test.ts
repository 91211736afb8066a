import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { Random } from '../../test/support/random.js'
import type { Authenticator } from '../index.js'
import { Waiting } from './waiting.js'

/** Who says a name is that user. */
const byName: Authenticator = {
  authenticate: ({ user = 'anonymous' }, answer) => {
    answer({ kind: 'accepted', principal: { name: user, roles: [], rootPath: '', properties: {} } })
  },
}

const session = (name: string) => ({ rights: { principal: { name } } })

suite('sessions that wait', () => {
  test('are safe from one client that leaves thousands behind: at `sessionsMax` its own end for newcomers', () => {
    const { clock, peer, gateway } = memoryGateway({ authenticator: byName, limits: { sessionsMax: 10 } })
    const named = (user: string) => peer({ credentials: { peer: '', user } })
    const away = ['ada', 'bob', 'bob'].map((user) => ({ user, client: named(user) }))
    for (const { client } of away) client.cut()
    for (let count = 0; count < 50; count++) named('mallory').cut()
    for (let count = 0; count < 4; count++) named('carol')
    assert.equal(gateway.sessions.count, 10)
    for (const { user, client } of away) {
      client.resume({ credentials: { peer: '', user } })
      clock.advance(5)
    }
    const starts = away.map(({ client }) => client.heard.findLast((item) => item.kind === 'welcome')?.start)
    assert.deepEqual(starts, ['resumed', 'resumed', 'resumed'])
  })

  test('go in turn: the longest waiting of whoever has most, and where several have as many, of who came to that first', () => {
    const waiting = new Waiting<ReturnType<typeof session>>()
    const [a, b, c, d] = [session('ann'), session('bob'), session('bob'), session('cat')]
    for (const one of [a, b, c, d]) waiting.add(one)
    const gone: unknown[] = []
    for (let next = waiting.nextToGo; next; next = waiting.nextToGo) {
      gone.push(next)
      waiting.delete(next)
    }
    assert.deepEqual(gone, [b, a, d, c])
  })

  test('are counted right whoever comes, goes and comes again', () => {
    const random = new Random(1)
    const waiting = new Waiting<ReturnType<typeof session>>()
    const sessions = Array.from({ length: 40 }, (_, n) => session(`user ${n % 7}`))
    let model: typeof sessions = []
    for (let step = 0; step < 5_000; step++) {
      const one = random.below(4) === 0 ? (waiting.nextToGo ?? random.pick(sessions)) : random.pick(sessions)
      const isWaiting = model.includes(one)
      if (isWaiting) waiting.delete(one)
      else waiting.add(one)
      model = isWaiting ? model.filter((other) => other !== one) : [...model, one]
      const ofOwner = (name: string) => model.filter(({ rights }) => rights.principal.name === name)
      const most = Math.max(0, ...model.map(({ rights }) => ofOwner(rights.principal.name).length))
      const next = waiting.nextToGo
      const own = next ? ofOwner(next.rights.principal.name) : []
      assert.deepEqual([own.length, own[0] ?? null], [most, next])
    }
  })
})
