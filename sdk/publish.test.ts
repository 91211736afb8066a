import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { parseVersion } from '../codecs/position/index.js'
import type { Publish } from '../core/index.js'
import type { FakeSocket } from './harness.js'
import { epoch, openSession, settled, unawaited } from './harness.js'
import { limits } from './limits.js'

const textOf = ({ value }: Publish): string => Buffer.from(value).toString()
const pathsOf = (socket: FakeSocket) => socket.heard('publish').map(({ path, alias }) => [path, alias])
const accept = (socket: FakeSocket, ...sequences: number[]): void =>
  socket.reply(
    ...sequences.map(
      (sequence) => ({ kind: 'accepted', sequence, version: { offset: 100 + sequence, previous: 0 } }) as const,
    ),
  )

suite('publishing', () => {
  test('it resolves with the new version when the gateway accepted the value [SEM 4.1]', async () => {
    const { session, socket } = await openSession()
    const publishing = session.publish('fx/eurusd', { bid: 1.08 })
    await settled()
    const [publish] = socket.heard('publish')
    assert.deepEqual(publish && [publish.path, textOf(publish), publish.type, publish.sequence], [
      'fx/eurusd',
      '{"bid":1.08}',
      'json',
      1,
    ])
    accept(socket, 1)
    const { version } = await publishing
    assert.deepEqual(parseVersion(version ?? ''), { epoch, version: { offset: 101, previous: 0 } })
  })

  test('a refusal rejects with its code and says of which topic, and concerns only its own publish [PROTOCOL 6.7]', async () => {
    const { session, socket } = await openSession()
    const publishing = ['a', 'b'].map((path) => session.publish(path, 1))
    await settled()
    socket.reply({
      kind: 'publishRefused',
      sequence: 1,
      refusal: { code: 'typeMismatch', detail: 'the topic is a string' },
    })
    accept(socket, 2)
    await assert.rejects(publishing[0] ?? Promise.resolve(), {
      name: 'RivuletError',
      code: 'typeMismatch',
      message: 'a: the topic is a string',
    })
    await publishing[1]
  })

  test('everything that can be said of a publish reaches the gateway', async () => {
    const { session, socket } = await openSession()
    const first = session.publish('a', 1)
    await settled()
    accept(socket, 1)
    const { version } = await first
    const attributes = { pairs: [['unit', 'EUR']] as const, contentType: 'text/plain' }
    const properties = { delivery: 'all', history: { count: 5 }, removal: { idleForMs: 1_000 } } as const
    const options = { merge: true, time: 7, lifetimeMs: 8, expect: version ?? '', attributes, properties }
    unawaited(session.publish('a', { bid: null }, options))
    unawaited(session.publish('b', 1, { type: 'int64', expect: 'absent' }))
    await settled()
    const [, merge, create] = socket.heard('publish')
    assert.deepEqual([merge?.merge, merge?.type, merge?.timeMs, merge?.lifetimeMs], [true, 'json', 7, 8])
    assert.deepEqual(merge?.expect, { kind: 'version', epoch, offset: 101 })
    assert.deepEqual(merge?.attributes, {
      pairs: [['unit', 'EUR']],
      contentType: 'text/plain',
      isText: false,
      replyPath: null,
      correlation: null,
    })
    assert.deepEqual(merge?.properties, {
      delivery: 'all',
      history: { count: 5, ageMs: null, bytes: null },
      removal: { afterMs: null, unsubscribedForMs: null, idleForMs: 1_000, withSession: false },
    })
    assert.deepEqual([create?.type, create?.expect], ['int64', { kind: 'absent' }])
  })

  test('a made-up version is refused before anything is sent', async () => {
    const { session, socket } = await openSession()
    await assert.rejects(session.publish('a', 1, { expect: 'made up' }), { code: 'invalidArgument' })
    await assert.rejects(session.publish('a', undefined), { code: 'invalidArgument' })
    await settled()
    assert.deepEqual(socket.heard('publish'), [])
  })

  test('a path is written once, then its number stands for it [PROTOCOL 6.2]', async () => {
    const { session, socket } = await openSession()
    for (const path of ['a', 'b', 'a', 'a']) unawaited(session.publish(path, 1))
    await settled()
    assert.deepEqual(pathsOf(socket), [
      ['a', 1],
      ['b', 2],
      [null, 1],
      [null, 1],
    ])
  })

  test('a gateway that takes no aliases is sent the path', async () => {
    const { session, socket } = await openSession()
    const publishing = [session.publish('a', 1), session.publish('a', 2)]
    await settled()
    const refusal = { code: 'unknownAlias', detail: '' } as const
    socket.reply({ kind: 'publishRefused', sequence: 1, refusal }, { kind: 'publishRefused', sequence: 2, refusal })
    publishing.push(session.publish('a', 3))
    await settled()
    assert.deepEqual(pathsOf(socket).slice(2), [
      ['a', 0],
      ['a', 0],
      ['a', 0],
    ])
    accept(socket, 1, 2, 3)
    await Promise.all(publishing)
  })

  test('what is published in one go leaves in one frame [PROTOCOL 1.4]', async () => {
    const { session, socket } = await openSession()
    const before = socket.frames
    for (let count = 0; count < 100; count++) unawaited(session.publish('a', count))
    await settled()
    assert.deepEqual([socket.frames - before, socket.heard('publish').length], [1, 100])
  })

  test('frames stay small, and a big value has its own', async () => {
    const { session, socket } = await openSession()
    const before = socket.frames
    for (let count = 0; count < 3; count++) unawaited(session.publish('a', 'x'.repeat(limits.frameBytes / 2)))
    unawaited(session.publish('a', 'x'.repeat(2 * limits.frameBytes)))
    await settled()
    assert.deepEqual([socket.frames - before, socket.heard('publish').length], [4, 4])
  })

  test('a value that the gateway would not take is refused here, since it would end the link [PROTOCOL 1.9]', async () => {
    const { session, socket } = await openSession({}, { messageBytesMax: 10_000 })
    await assert.rejects(session.publish('a', 'x'.repeat(10_000)), { code: 'tooLarge' })
    unawaited(session.publish('a', 'x'.repeat(9_900)))
    await settled()
    assert.equal(socket.heard('publish').length, 1)
  })
})

suite('publishing while the session recovers', () => {
  test('publishes wait, and leave in their order when the session is back', async () => {
    const { session, gateway, clock, socket } = await openSession()
    socket.cut()
    const publishing = [session.publish('a', 1), session.publish('b', 2)]
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed' })
    assert.deepEqual(
      second.heard('publish').map((publish) => [publish.sequence, publish.path, textOf(publish)]),
      [
        [1, 'a', '1'],
        [2, 'b', '2'],
      ],
    )
    accept(second, 1, 2)
    await Promise.all(publishing)
  })

  test('1,000 wait, one more is refused with queueFull, and then there is room again', async () => {
    const { session, gateway, clock, socket } = await openSession()
    socket.cut()
    const publishing = Array.from({ length: 1_000 }, (_, index) => session.publish('a', index))
    await assert.rejects(session.publish('a', 1_000), { code: 'queueFull' })
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed' })
    accept(second, ...publishing.map((_, index) => index + 1))
    await Promise.all(publishing)
    unawaited(session.publish('a', 1_001))
    await settled()
    assert.equal(second.heard('publish').at(-1)?.sequence, 1_001)
  })

  test('1 MiB waits, more is refused with queueFull, and one of any size always fits', async () => {
    const { session, socket } = await openSession({}, { messageBytesMax: 4_194_304 })
    socket.cut()
    const { session: other, socket: otherSocket } = await openSession({}, { messageBytesMax: 4_194_304 })
    otherSocket.cut()
    const quarter = 'x'.repeat(262_000)
    for (let count = 0; count < 4; count++) unawaited(session.publish('a', quarter))
    await assert.rejects(session.publish('a', quarter), { code: 'queueFull' })
    unawaited(other.publish('a', 'x'.repeat(2_000_000)))
    await assert.rejects(other.publish('a', 1), { code: 'queueFull' })
  })

  test('what was not answered is repeated under its number, and refused as it was if it was [SEM 4.3]', async () => {
    const { session, gateway, clock, socket } = await openSession()
    const publishing = ['1', '2', '3', '4'].map((value) => session.publish('a', value))
    await settled()
    accept(socket, 1)
    socket.cut()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed', sequence: 2 })
    assert.deepEqual(
      second.heard('publish').map((publish) => [publish.sequence, publish.path, publish.alias, textOf(publish)]),
      [
        [2, 'a', 1, '2'],
        [3, null, 1, '3'],
        [4, null, 1, '4'],
      ],
    )
    second.reply({ kind: 'publishRefused', sequence: 2, refusal: { code: 'forbidden', detail: 'no' } })
    accept(second, 3, 4)
    const outcomes = await Promise.allSettled(publishing)
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : outcome.value.version !== null)),
      [true, 'forbidden', true, true],
    )
  })

  test('what is so old that the gateway forgot its answer counts as accepted [SEM 4.3]', async () => {
    const { session, gateway, clock, socket } = await openSession()
    const publishing = Array.from({ length: 70 }, (_, index) => session.publish('a', index))
    await settled()
    socket.cut()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed', sequence: 68 })
    const repeated = second.heard('publish').map(({ sequence }) => sequence)
    assert.deepEqual([repeated.length, repeated[0]], [66, 5])
    accept(second, ...repeated)
    const versions = (await Promise.all(publishing)).map(({ version }) => version !== null)
    assert.deepEqual([versions[3], versions[4]], [false, true])
  })

  test('a new session is given what was not answered, counted from 1', async () => {
    const { session, gateway, clock, socket } = await openSession()
    const publishing = ['1', '2', '3'].map((value) => session.publish('a', value))
    await settled()
    accept(socket, 1, 2)
    socket.cut()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'new' })
    unawaited(session.publish('a', '4'))
    await settled()
    assert.deepEqual(
      second.heard('publish').map((publish) => [publish.sequence, textOf(publish)]),
      [
        [1, '3'],
        [2, '4'],
      ],
    )
    accept(second, 1)
    await Promise.all(publishing)
  })

  test('when the session ends, those that wait are told why', async () => {
    const { session, gateway, clock, socket } = await openSession()
    socket.cut()
    const publishing = session.publish('a', 1)
    await clock.pass(1_000)
    gateway.socket.cut(4012)
    await assert.rejects(publishing, { code: 'sessionRemoved' })
  })
})
