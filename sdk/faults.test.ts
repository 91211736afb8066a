import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { answerSubscribe, subscribed } from './harness.js'

const json = 'JSON'

suite('a gateway that contradicts what the client holds [PROTOCOL 4.12, 7.3]', () => {
  const cases = {
    'an update of a topic that was never named': { topic: 9, value: '1', offset: 20, time: 1 },
    'a delta that cannot be applied': { topic: 4, delta: Uint8Array.of(255, 255, 255) },
    'a relative update that names its topic, of which nothing is held': {
      topic: 9,
      path: 'fx/c',
      value: '1',
      type: json,
    },
    'a version from before the first': { topic: 4, value: '2', offset: 20, back: 30, time: 1 },
    'a relative update of a topic of which nothing is held': { topic: 9, value: '1' },
  } as const
  for (const [what, update] of Object.entries(cases)) {
    test(`${what} makes it come back without its state, and nothing is lost`, async () => {
      const { gateway, socket, clock, told } = await subscribed('fx/#')
      socket.update([{ topic: 4, path: 'fx/a', value: '1', type: json, offset: 11, time: 1 }])
      socket.update([{ topic: 5, path: 'fx/b', value: '1', type: json, offset: 12, time: 1 }])
      socket.update([update])
      assert.equal(socket.closedWith, 4002)
      await clock.pass(1_000)
      const second = await gateway.accept({ start: 'new' })
      assert.equal(second.heard('hello')[0]?.resume, null)
      assert.deepEqual(second.heard('subscribe')[0]?.options.since, { kind: 'now' })
      answerSubscribe(second, 1, 20, [
        { topic: 4, path: 'fx/a', value: '2', type: json, offset: 15, time: 1, snapshot: true },
      ])
      assert.deepEqual(told.slice(2), ['lost: epoch', '*fx/a=2', '-fx/b', 'synced'])
    })
  }

  test('bytes that are no frame do the same', async () => {
    const { socket } = await subscribed('fx/#')
    socket.deliver(Uint8Array.of(0xff, 0xff))
    assert.equal(socket.closedWith, 4002)
  })

  test('so does a text message [PROTOCOL 1.2]', async () => {
    const { session, socket } = await subscribed('fx/#')
    socket.emit({ type: 'message', data: 'hello' })
    assert.deepEqual([socket.closedWith, session.state.kind], [4002, 'recovering'])
  })
})
