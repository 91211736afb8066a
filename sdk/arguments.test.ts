import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { openSession, prepare, settled } from './harness.js'
import type { Session } from './index.js'
import { connect } from './index.js'

const long = 'x'.repeat(1_025)
const pairs = Array.from({ length: 1_025 }, (_, index) => [String(index), ''] as const)

/** What no frame can carry: the gateway would take the client for broken, and end the link. */
const wrong: readonly (readonly [string, string, (session: Session) => unknown])[] = [
  ['a time before 1970', 'invalidArgument', (session) => session.publish('a', 1, { time: -1 })],
  ['half a millisecond', 'invalidArgument', (session) => session.publish('a', 1, { lifetimeMs: 0.5 })],
  ['a path beyond all bounds', 'invalidPath', (session) => session.publish(long, 1)],
  ['a topic with such a path', 'invalidPath', (session) => session.create(long)],
  [
    'attributes beyond all bounds',
    'tooLarge',
    (session) => session.publish('a', 1, { attributes: { replyPath: long.repeat(9) } }),
  ],
  [
    'more attributes than a frame may hold',
    'tooLarge',
    (session) => session.publish('a', 1, { attributes: { pairs } }),
  ],
  ['a negative count of history', 'invalidArgument', (session) => session.create('a', { history: { count: -1 } })],
  [
    'an endless removal',
    'invalidArgument',
    (session) => session.create('a', { removal: { afterMs: Number.POSITIVE_INFINITY } }),
  ],
  ['a selector to fetch that is none', 'invalidSelector', (session) => session.fetch('a/#/b')],
  ['a selector to remove that is none', 'invalidSelector', (session) => session.remove('')],
  ['pages of minus one topic', 'invalidArgument', (session) => session.fetch('a', { pageTopics: -1 })],
  ['since minus one', 'invalidArgument', async (session) => session.subscribe('a', { since: { count: -1 } })],
  ['since a fraction', 'invalidArgument', async (session) => session.subscribe('a', { since: { durationMs: 0.1 } })],
  // @ts-expect-error: programs without types can say this
  ['a priority that is none', 'invalidArgument', async (session) => session.subscribe('a', { priority: 4 })],
  // @ts-expect-error: programs without types can say this
  ['a delivery that is none', 'invalidArgument', async (session) => session.subscribe('a', { delivery: 'some' })],
  // @ts-expect-error: programs without types can say this
  ['an overflow that is none', 'invalidArgument', async (session) => session.subscribe('a', { overflow: 'panic' })],
  // @ts-expect-error: programs without types can say this
  ['a misspelled option', 'invalidArgument', async (session) => session.subscribe('a', { rtae: '1/s' })],
  // @ts-expect-error: programs without types can say this
  ['a misspelled since', 'invalidArgument', async (session) => session.subscribe('a', { since: { cuont: 1 } })],
  // @ts-expect-error: programs without types can say this
  ['a misspelled option of a publish', 'invalidArgument', (session) => session.publish('a', 1, { expcet: 'absent' })],
  [
    'a misspelled attribute',
    'invalidArgument',
    // @ts-expect-error: programs without types can say this
    (session) => session.publish('a', 1, { attributes: { replypath: 'b' } }),
  ],
  // @ts-expect-error: programs without types can say this
  ['a misspelled property', 'invalidArgument', (session) => session.create('a', { delivry: 'all' })],
  // @ts-expect-error: programs without types can say this
  ['a misspelled bound of history', 'invalidArgument', (session) => session.create('a', { history: { cuont: 1 } })],
  // @ts-expect-error: programs without types can say this
  ['a misspelled removal', 'invalidArgument', (session) => session.create('a', { removal: { after: 1 } })],
  // @ts-expect-error: programs without types can say this
  ['a misspelled option of a fetch', 'invalidArgument', (session) => session.fetch('a', { describ: true })],
  // @ts-expect-error: programs without types can say this
  ['a misspelled event', 'invalidArgument', async (session) => session.on('stat', () => undefined)],
]

suite('arguments that cannot be', () => {
  for (const [what, code, act] of wrong) {
    test(`${what} is refused with ${code}, and the gateway never hears of it`, async () => {
      const { session, socket } = await openSession()
      await assert.rejects(async () => act(session), { name: 'RivuletError', code })
      await settled()
      assert.deepEqual([socket.messages.length, session.state.kind], [1, 'live'])
    })
  }

  const misspelled = { agnet: 'me', credentials: { pasword: 'x' }, reconnect: { dealyMs: 1 }, toString: 'x' }
  for (const [name, value] of Object.entries(misspelled)) {
    test(`so is a misspelled option to connect with: ${name}`, async () => {
      await assert.rejects(connect('ws://gateway/ws', { ...prepare().options, [name]: value }), {
        code: 'invalidArgument',
        message: /^option: expected .+, not (agnet|pasword|dealyMs|toString)$/,
      })
    })
  }

  test('so is a misspelled event of a subscription, and what can be heard is said', async () => {
    const { session } = await openSession()
    assert.throws(
      // @ts-expect-error: programs without types can say this
      () => session.subscribe('a').on('updated', () => undefined),
      { code: 'invalidArgument', message: 'event: expected update, synced, resynchronised, closed, not updated' },
    )
  })

  for (const option of ['keepAliveMs', 'sessionTimeoutMs', 'bytesPerSecondMax'] as const) {
    test(`so is a ${option} below nothing`, async () => {
      await assert.rejects(connect('ws://gateway/ws', { ...prepare().options, [option]: -1 }), {
        code: 'invalidArgument',
      })
    })
  }
})
