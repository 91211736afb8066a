/** The SDK and the gateway as users have them: over real sockets, in real time. */
import assert from 'node:assert/strict'
import { setup, suite, teardown, test } from 'mocha'
import type { Subscription } from '../../sdk/index.js'
import { connect } from '../../sdk/index.js'
import { Network, Place, reached, told } from '../support/running-gateway.js'

suite('the SDK against the gateway', () => {
  let place: Place

  setup(async () => {
    place = await Place.open()
  })

  teardown(() => place.close())

  test('what is published arrives as it was, whatever its type [SEM 4.4]', async () => {
    const [publisher, reader] = [await place.session(), await place.session()]
    const subscription = reader.subscribe('#')
    await subscription.synced
    const values: Readonly<Record<string, unknown>> = {
      json: { bid: 1.08, deep: [null, true] },
      string: 'N/A',
      number: 21.5,
      int64: 9_007_199_254_740_993n,
      binary: new Uint8Array([0, 255, 128]),
      empty: '',
    }
    for (const [path, value] of Object.entries(values)) {
      const arriving = told(subscription, (update) => update.path === path)
      const { version } = await publisher.publish(path, value)
      const update = await arriving
      assert.deepEqual([update.value, update.version, update.snapshot], [value, version, false])
    }
    const snapshot = await (await place.session()).fetch('#')
    assert.deepEqual(Object.fromEntries(snapshot.map(({ path, value }) => [path, value])), values)
  })

  test('deltas bring the same values as full ones, in fewer bytes [SEM 3.4]', async () => {
    const network = new Network()
    const [publisher, reader] = [await place.session(), await place.session({ webSocket: network.webSocket })]
    const match = {
      teams: ['Ajax', 'Feyenoord'],
      score: [0, 0],
      minute: 0,
      events: Array(40).fill('a long line of commentary'),
    }
    const subscription = reader.subscribe('match/+', { delivery: 'all' })
    const seen: unknown[] = []
    subscription.on('update', ({ value }) => seen.push(value))
    await subscription.synced
    const published: unknown[] = []
    let bytes = 0
    for (let minute = 0; minute < 90; minute++) {
      const value = { ...match, minute, score: [Math.floor(minute / 30), 0] }
      published.push(value)
      bytes += JSON.stringify(value).length
      await publisher.publish('match/1', value)
    }
    if (seen.length < published.length) await told(subscription, () => seen.length === published.length)
    assert.deepEqual(seen, published)
    assert.ok(network.receivedBytes < bytes / 4, `${network.receivedBytes} bytes for ${bytes}`)
  })

  test('a fetch brings all topics, however many pages they take', async () => {
    const session = await place.session()
    const count = 2_500
    await Promise.all(Array.from({ length: count }, (_, index) => session.publish(`t/${index}`, index)))
    const topics = await session.fetch('t/#', { pageTopics: 100 })
    assert.equal(topics.length, count)
    assert.ok(topics.every(({ path, value }) => path === `t/${String(value)}`))
    const [described] = await session.fetch('t/7', { describe: true })
    assert.equal(described?.properties?.delivery, 'latest')
  })

  test('refusals are told by their code, and a condition that fails is one of them', async () => {
    const session = await place.session()
    const { version } = await session.publish('a', 1)
    await session.publish('a', 2, { expect: version ?? '' })
    await assert.rejects(session.publish('a', 3, { expect: version ?? '' }), { code: 'conditionFailed' })
    await assert.rejects(session.publish('a', 3, { expect: 'absent' }), { code: 'conditionFailed' })
    await assert.rejects(session.publish('a/#', 1), { code: 'invalidPath' })
    await assert.rejects(session.publish('$SYS/a', 1), { code: 'forbidden' })
    await session.create('typed', { type: 'int64' })
    await assert.rejects(session.publish('typed', 'text'), { code: 'typeMismatch' })
    await assert.rejects(session.showSession('nobody'), { code: 'notFound' })
    await session.publish('a', 4)
    assert.equal((await session.fetch('a'))[0]?.value, 4)
  })

  test('overlapping subscriptions are told each update once, and a newcomer gets its snapshot [SEM 2.1, 2.2]', async () => {
    const [publisher, reader] = [await place.session(), await place.session()]
    await publisher.publish('fx/a', 1)
    const seen: string[] = []
    const listen = async (name: string, selector: string): Promise<Subscription> => {
      const subscription = reader.subscribe(selector)
      subscription.on('update', ({ path, value, snapshot }) =>
        seen.push(`${name}: ${path}=${String(value)}${snapshot ? '*' : ''}`),
      )
      await subscription.synced
      return subscription
    }
    const first = await listen('wide', 'fx/#')
    await listen('named', 'fx/a')
    await listen('regex', 'fx/~"[ab]"')
    assert.deepEqual(seen.splice(0), ['wide: fx/a=1*', 'named: fx/a=1*', 'regex: fx/a=1*'])
    const both = told(first, ({ path }) => path === 'fx/b')
    await publisher.publish('fx/a', 2)
    await publisher.publish('fx/b', 3)
    await both
    assert.deepEqual(seen.sort(), ['named: fx/a=2', 'regex: fx/a=2', 'regex: fx/b=3', 'wide: fx/a=2', 'wide: fx/b=3'])
  })

  test('removed topics are told', async () => {
    const [publisher, reader] = [await place.session(), await place.session()]
    await publisher.publish('a/b', 1)
    const subscription = reader.subscribe('a/#')
    const gone = told(subscription, ({ removed }) => removed)
    await subscription.synced
    assert.equal(await publisher.remove('a/#'), 1)
    assert.equal((await gone).path, 'a/b')
  })

  test('sessions can be listed, shown and ended', async () => {
    const [administrator, other] = [await place.session({ agent: 'boss' }), await place.session({ agent: 'other' })]
    const listed = await administrator.sessions()
    assert.deepEqual(listed.map(({ agent }) => agent).sort(), ['boss', 'other'])
    assert.equal((await administrator.showSession(other.id)).agent, 'other')
    const closed = reached(other, 'closed')
    await administrator.removeSession(other.id)
    const state = await closed
    assert.equal(state.kind === 'closed' && state.reason, 'sessionRemoved')
  })

  test('a slow reader of a latest stream is given the newest values, and never old ones [SEM 1.5]', async () => {
    const [publisher, reader] = [await place.session(), await place.session()]
    const subscription = reader.subscribe('a', { delivery: 'latest' })
    await subscription.synced
    for (let count = 1; count <= 2_000; count++) void (await publisher.publish('a', count))
    const seen: unknown[] = []
    for await (const { value } of subscription) {
      seen.push(value)
      if (value === 2_000) break
    }
    assert.ok(seen.length < 10, `${seen.length} values were read`)
  })

  test('nobody listens: the reason says so', async () => {
    const { url } = place
    await place.drain()
    await assert.rejects(connect(url), { code: 'linkLost', message: /ECONNREFUSED/ })
    await place.startAgain()
  })
})
