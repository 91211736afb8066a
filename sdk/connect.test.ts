import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { suite, suiteSetup, suiteTeardown, test } from 'mocha'
import { openSession, prepare, settled } from './harness.js'
import type { ConnectOptions, SessionState } from './index.js'
import { connect } from './index.js'

/** A session that is being opened, and how that goes. */
async function opening(given: ConnectOptions = {}) {
  const { gateway, clock, options } = prepare(given)
  const opened = connect('ws://gateway/ws', options)
  opened.catch(() => undefined)
  await settled()
  return { gateway, clock, opened }
}

suite('connecting', () => {
  test('the first message is a hello with what the client can do, and the session is live when it is welcomed [PROTOCOL 2.1]', async () => {
    const { session, socket } = await openSession({ credentials: { user: 'ada', password: 'secret' }, agent: 'test/1' })
    const [hello] = socket.heard('hello')
    assert.deepEqual(
      [socket.url, socket.protocols, socket.binaryType],
      ['ws://gateway/ws', ['rivulet.v1'], 'arraybuffer'],
    )
    assert.deepEqual(hello?.credentials, { user: 'ada', password: 'secret', peer: '' })
    assert.deepEqual([hello?.features, hello?.resume, hello?.agent], [{ deltas: true, deflate: false }, null, 'test/1'])
    assert.deepEqual([session.state, session.id], [{ kind: 'live', start: 'new' }, 'session-1'])
  })

  test('a session that is printed shows neither credentials nor the token that opens it', async () => {
    const { session, socket } = await openSession(
      { credentials: { user: 'ada', password: 'secret' } },
      { token: new TextEncoder().encode('tok') },
    )
    const subscription = session.subscribe('a')
    const printed = [session, subscription].map((each) => inspect(each, { depth: 20, showHidden: true })).join()
    assert.equal(socket.heard('hello').length, 1)
    assert.doesNotMatch(printed, /ada|secret|116, 111, 107|74 6f 6b/)
    assert.doesNotMatch(JSON.stringify(session), /ada|secret|116/)
  })

  test('credentials from a function are asked for at each connection', async () => {
    const tokens = ['first', 'second']
    const { gateway, clock, socket } = await openSession({
      credentials: async () => ({ token: tokens.shift() ?? 'none' }),
    })
    socket.cut()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed' })
    assert.deepEqual(
      [socket, second].map((each) => each.heard('hello')[0]?.credentials.token),
      ['first', 'second'],
    )
  })

  test('a gateway that is not there is noticed at once, with what the platform says', async () => {
    const { gateway, clock, opened } = await opening()
    gateway.socket.fail('connect ECONNREFUSED 127.0.0.1:8080')
    await assert.rejects(opened, {
      name: 'RivuletError',
      code: 'linkLost',
      message: 'connect ECONNREFUSED 127.0.0.1:8080',
    })
    assert.equal(clock.waiting, 0)
  })

  test('who wants to wait for the gateway may', async () => {
    const { gateway, clock, opened } = await opening({ waitForGateway: true })
    for (let attempt = 0; attempt < 3; attempt++) {
      gateway.socket.cut()
      await clock.pass(2_000)
    }
    await gateway.accept()
    assert.equal((await opened).state.kind, 'live')
    assert.equal(gateway.sockets.length, 4)
  })

  test('a gateway that does not answer is given up in time', async () => {
    const { gateway, clock, opened } = await opening({ connectTimeoutMs: 3_000 })
    gateway.socket.open()
    await clock.pass(3_000)
    await assert.rejects(opened, { code: 'linkLost', message: 'no welcome within 3000 ms' })
    assert.equal(gateway.socket.closedWith, 1000)
  })

  test('credentials that cannot be had are no reason to hang', async () => {
    const { gateway, opened } = await opening({ credentials: () => Promise.reject(new Error('no token')) })
    gateway.socket.open()
    await assert.rejects(opened, { code: 'linkLost', message: /no token/ })
  })

  for (const [code, reason] of [
    [4005, 'notAuthenticated'],
    [4006, 'forbidden'],
    [4004, 'unsupportedVersion'],
  ] as const) {
    test(`close code ${code} rejects with ${reason}, even for who would wait [PROTOCOL 7.1]`, async () => {
      const { gateway, opened } = await opening({ waitForGateway: true })
      gateway.socket.open()
      gateway.socket.cut(code, 'no')
      await assert.rejects(opened, { code: reason, message: 'no' })
    })
  }

  for (const url of ['', 'http://gateway/ws', 'gateway/ws', 'ws://']) {
    test(`${url || 'nothing'} is no URL to connect to`, async () => {
      await assert.rejects(connect(url, prepare().options), { code: 'invalidArgument' })
    })
  }
})

suite('coming back', () => {
  test('a lost connection is told, and tried again with growing waits', async () => {
    const { session, gateway, clock, socket } = await openSession({ reconnect: { delayMs: 1_000, delayMsMax: 3_000 } })
    const waits: number[] = []
    session.on('state', (state) => state.kind === 'recovering' && waits.push(state.retryInMs))
    socket.cut()
    for (let attempt = 0; attempt < 4; attempt++) {
      await clock.pass(1_500)
      gateway.socket.cut()
    }
    assert.deepEqual(waits, [500, 1_000, 1_500, 1_500, 1_500])
  })

  test('the session resumes with its token and the position that was applied, and the newest token counts [SEM 1.5, 6.3]', async () => {
    const { session, gateway, clock, socket } = await openSession({}, { token: Uint8Array.of(1) })
    const states: SessionState['kind'][] = []
    session.on('state', ({ kind }) => states.push(kind))
    socket.cut()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed', token: Uint8Array.of(2) })
    second.cut()
    await clock.pass(1_000)
    const third = await gateway.accept({ start: 'resumed' })
    const resumes = [second, third].map((each) => each.heard('hello')[0]?.resume)
    assert.deepEqual(
      resumes.map((resume) => [...(resume?.token ?? [])]),
      [[1], [2]],
    )
    assert.deepEqual(resumes[0]?.position, { epoch: '00112233445566ff', offset: 0, held: [] })
    assert.deepEqual(states, ['recovering', 'live', 'recovering', 'live'])
  })

  test('a connection that held for a while makes the waits small again', async () => {
    const { session, gateway, clock, socket } = await openSession({ reconnect: { delayMs: 1_000 } })
    const waits: number[] = []
    session.on('state', (state) => state.kind === 'recovering' && waits.push(state.retryInMs))
    socket.cut()
    await clock.pass(500)
    const second = await gateway.accept({ start: 'resumed' })
    second.cut()
    await clock.pass(1_000)
    const third = await gateway.accept({ start: 'resumed' })
    await clock.pass(5_000)
    third.cut()
    assert.deepEqual(waits, [500, 1_000, 500])
  })

  test('a gateway that drains says when to come back [PROTOCOL 2.13]', async () => {
    const { session, clock, gateway, socket } = await openSession()
    socket.reply({ kind: 'draining', reconnectAfterMs: 7_000 })
    socket.cut(4013)
    assert.deepEqual(session.state.kind === 'recovering' && session.state.reason, 'draining')
    await clock.pass(7_000)
    assert.equal(gateway.sockets.length, 1)
    await clock.pass(500)
    assert.equal(gateway.sockets.length, 2)
    gateway.sockets[1]?.cut()
    await clock.pass(1_000)
    assert.equal(gateway.sockets.length, 3, 'asked for once, it is waited for once')
  })

  for (const [code, reason] of [
    [4011, 'takenOver'],
    [4012, 'sessionRemoved'],
    [4003, 'protocolViolation'],
    [4007, 'messageTooLarge'],
  ] as const) {
    test(`close code ${code} ends the session for good: ${reason} [PROTOCOL 7.1]`, async () => {
      const { session, clock, gateway, socket } = await openSession()
      const publishing = session.publish('a', 1)
      socket.cut(code)
      await assert.rejects(publishing, { code: reason })
      await assert.rejects(session.fetch('a'), { code: reason })
      assert.equal(session.state.kind === 'closed' && session.state.reason, reason)
      await clock.pass(100_000)
      assert.deepEqual([gateway.sockets.length, clock.waiting], [1, 0])
    })
  }

  test('a close code that the client does not know is worth another try [PROTOCOL 7.2]', async () => {
    const { session, socket } = await openSession()
    socket.cut(4999)
    assert.equal(session.state.kind, 'recovering')
  })

  test('who does not want to come back is told of the loss', async () => {
    const { session, socket } = await openSession({ reconnect: false })
    socket.cut()
    assert.deepEqual(session.state, { kind: 'closed', reason: 'linkLost', message: 'the connection was lost' })
  })

  test('a link that falls silent is left after the time agreed, and the session comes back [PROTOCOL 2.11]', async () => {
    const { session, clock, socket } = await openSession({}, { keepAliveMs: 4_000 })
    await clock.pass(4_000)
    assert.equal(socket.heard('ping').length > 0, true)
    assert.equal(session.state.kind, 'recovering')
    assert.equal(socket.closedWith, 1000)
  })

  test('what a link says that was given up is not heard any more', async () => {
    const { session, clock, socket } = await openSession({}, { keepAliveMs: 4_000 })
    await clock.pass(4_000)
    socket.reply({ kind: 'draining', reconnectAfterMs: 60_000 })
    socket.cut(4012)
    assert.equal(session.state.kind, 'recovering')
  })
})

suite('a network that is back', () => {
  /** The platform's listeners for it, as browsers have them. */
  const heard = new Map<string, unknown[]>()
  suiteSetup(() => {
    Object.assign(globalThis, {
      addEventListener: (type: string, listener: unknown) => heard.set(type, [...(heard.get(type) ?? []), listener]),
      removeEventListener: (type: string, listener: unknown) =>
        heard.set(type, heard.get(type)?.filter((each) => each !== listener) ?? []),
    })
  })
  suiteTeardown(() => {
    Reflect.deleteProperty(globalThis, 'addEventListener')
    Reflect.deleteProperty(globalThis, 'removeEventListener')
  })

  test('the session comes back at once, and listens for it no longer than it lives', async () => {
    const { session, gateway, clock, socket } = await openSession()
    const [listener, ...more] = heard.get('online') ?? []
    assert.deepEqual([typeof listener, more], ['function', []])
    socket.cut()
    if (typeof listener === 'function') listener()
    const second = await gateway.accept({ start: 'resumed' })
    assert.deepEqual([session.state.kind, gateway.sockets.length], ['live', 2])
    second.cut(4012)
    assert.deepEqual([heard.get('online'), clock.waiting], [[], 0])
  })
})

suite('closing', () => {
  test('the gateway is told goodbye, and the session is closed when the link is [PROTOCOL 2.12]', async () => {
    const { session, clock, socket } = await openSession()
    const closing = session.close()
    await settled()
    assert.equal(socket.heard('bye').length, 1)
    socket.cut(1000)
    await closing
    assert.equal(session.state.kind === 'closed' && session.state.reason, 'bye')
    assert.equal(clock.waiting, 0)
    await assert.rejects(session.publish('a', 1), { code: 'closed' })
    assert.throws(() => session.subscribe('a'), { code: 'closed' })
  })

  test('what was published before is still answered', async () => {
    const { session, socket } = await openSession()
    const publishing = session.publish('a', 1)
    const closing = session.close()
    await settled()
    assert.deepEqual(
      socket.messages.map(({ kind }) => kind),
      ['hello', 'publish', 'bye'],
    )
    socket.reply({ kind: 'accepted', sequence: 1, version: { offset: 5, previous: 0 } })
    socket.cut(1000)
    await Promise.all([publishing, closing])
  })

  test('a gateway that does not answer the goodbye is left after a while', async () => {
    const { session, clock, socket } = await openSession()
    const closing = session.close()
    await clock.pass(2_000)
    await closing
    assert.equal(socket.closedWith, 1000)
  })

  test('a link that breaks during the goodbye does not come back', async () => {
    const { session, clock, gateway, socket } = await openSession()
    const closing = session.close()
    socket.cut(1006)
    await closing
    await clock.pass(60_000)
    assert.equal(gateway.sockets.length, 1)
  })

  test('a session that is recovering closes at once', async () => {
    const { session, clock, socket } = await openSession()
    socket.cut()
    await session.close()
    await session.close()
    assert.equal(clock.waiting, 0)
  })
})
