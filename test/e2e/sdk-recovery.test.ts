/** The SDK and the gateway as users have them: over real sockets, in real time. */
import assert from 'node:assert/strict'
import { setup, suite, teardown, test } from 'mocha'
import { Network, Place, reached, told } from '../support/running-gateway.js'

suite('the SDK against a gateway that it loses', () => {
  let place: Place

  setup(async () => {
    place = await Place.open()
  })

  teardown(() => place.close())

  test('a session whose socket is cut goes on where it was, and misses nothing of a stream that delivers all [SEM 1.5, 1.6]', async () => {
    const network = new Network()
    const [publisher, reader] = [await place.session(), await place.session({ webSocket: network.webSocket })]
    await publisher.create('log', { delivery: 'all' })
    const subscription = reader.subscribe('log')
    const seen: unknown[] = []
    subscription.on('update', ({ value }) => seen.push(value))
    await subscription.synced
    const last = told(subscription, ({ value }) => value === 300)
    for (let count = 1; count <= 300; count++) {
      await publisher.publish('log', count)
      if (count % 100 === 50) network.cut()
      if (count % 100 === 90) await (reader.state.kind === 'live' ? null : reached(reader, 'live'))
    }
    await last
    assert.deepEqual(
      seen,
      Array.from({ length: 300 }, (_, index) => index + 1),
    )
    assert.equal(network.sockets.length, 4)
    assert.deepEqual(reader.state, { kind: 'live', start: 'resumed' })
  })

  test('what is published while the link is away is accepted once [SEM 4.3]', async () => {
    const network = new Network()
    const [publisher, reader] = [await place.session({ webSocket: network.webSocket }), await place.session()]
    await publisher.create('log', { delivery: 'all' })
    const subscription = reader.subscribe('log')
    const seen: unknown[] = []
    subscription.on('update', ({ value }) => seen.push(value))
    await subscription.synced
    const last = told(subscription, ({ value }) => value === 199)
    const publishing: Promise<unknown>[] = []
    for (let count = 0; count < 200; count++) {
      publishing.push(publisher.publish('log', count))
      if (count % 40 === 39) {
        // Some are on their way, their answers perhaps as well.
        await publishing[count - 20]
        network.cut()
        await reached(publisher, 'recovering')
      }
    }
    await Promise.all(publishing)
    await last
    assert.deepEqual(
      seen,
      Array.from({ length: 200 }, (_, index) => index),
    )
  })

  test('a topic that went while the link was away is told when it is back [SEM 1.6]', async () => {
    const network = new Network()
    const [publisher, reader] = [await place.session(), await place.session({ webSocket: network.webSocket })]
    await publisher.publish('a/b', 1)
    const subscription = reader.subscribe('a/#')
    await subscription.synced
    const gone = told(subscription, ({ removed }) => removed)
    network.cut()
    await publisher.remove('a/#')
    assert.equal((await gone).path, 'a/b')
  })

  test('after a restart the values that are there again are told, and those that are not are told as removed [SEM 1.2, 1.6]', async () => {
    const [reader, writer] = [await place.session(), await place.session()]
    await writer.publish('a/kept', 1)
    await writer.publish('a/lost', 1)
    const subscription = reader.subscribe('a/#')
    await subscription.synced
    const seen: string[] = []
    subscription.on('update', ({ path, value, removed }) =>
      seen.push(removed ? `-${path}` : `${path}=${String(value)}`),
    )
    const synced = new Promise((resolve) => subscription.on('synced', resolve))
    const again = told(subscription, ({ value }) => value === 2)
    await place.drain()
    await place.startAgain()
    await (await place.session()).publish('a/kept', 2)
    await Promise.all([synced, again])
    // The reader may have come back before the value was there, and then was told that it was gone.
    assert.deepEqual(seen.filter((each) => each !== '-a/kept').sort(), ['-a/lost', 'a/kept=2'])
  })

  test('a gateway that drains sends its clients away, and they come back when it is there again', async () => {
    const reader = await place.session()
    const recovering = reached(reader, 'recovering')
    await place.drain()
    const state = await recovering
    assert.equal(state.kind === 'recovering' && state.reason, 'draining')
    await place.startAgain()
    assert.deepEqual(await reached(reader, 'live'), { kind: 'live', start: 'new' })
  })
})
