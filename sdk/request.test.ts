import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { TopicState } from '../core/index.js'
import { openSession, settled } from './harness.js'
import type { Session } from './index.js'
import { RivuletError } from './index.js'

function topic(path: string, value: string | null): TopicState {
  const bytes = value === null ? null : new TextEncoder().encode(value)
  return {
    path,
    value: bytes,
    type: 'json',
    version: { offset: 5, previous: 2 },
    timeMs: 9,
    attributes: null,
    properties: null,
  }
}

suite('requests', () => {
  test('a fetch reads all pages, and asks for each behind the one before', async () => {
    const { session, socket } = await openSession()
    const fetching = session.fetch('fx/#', { describe: true, pageTopics: 2 })
    await settled()
    const [first] = socket.heard('fetch')
    assert.deepEqual([first?.selector, first?.after, first?.limit, first?.describe], ['fx/#', null, 2, true])
    socket.reply({
      kind: 'fetched',
      request: first?.request ?? 0,
      topics: [topic('fx/a', '1'), topic('fx/b', null)],
      after: 'fx/b',
    })
    await settled()
    const [, second] = socket.heard('fetch')
    assert.equal(second?.after, 'fx/b')
    socket.reply({ kind: 'fetched', request: second?.request ?? 0, topics: [topic('fx/c', '{"x":3}')], after: null })
    const topics = await fetching
    assert.deepEqual(
      topics.map(({ path, value, bytes, time }) => [path, value, bytes?.length, time]),
      [
        ['fx/a', 1, 1, 9],
        ['fx/b', undefined, undefined, 9],
        ['fx/c', { x: 3 }, 7, 9],
      ],
    )
    assert.match(topics[0]?.version ?? '', /^[\w-]{20,}$/)
  })

  const refusable: readonly (readonly [string, (session: Session) => Promise<unknown>, string])[] = [
    ['create', (session) => session.create('fx/a'), 'fx/a: no'],
    ['remove', (session) => session.remove('fx/#'), 'fx/#: no'],
    ['fetch', (session) => session.fetch('fx/+'), 'fx/+: no'],
    ['administer', (session) => session.showSession('s1'), 'no'],
  ]
  for (const [what, ask, message] of refusable) {
    test(`a refusal to ${what} says of which topics, if any`, async () => {
      const { session, socket } = await openSession()
      const asking = ask(session)
      await settled()
      socket.reply({ kind: 'refused', request: 1, refusal: { code: 'forbidden', detail: 'no' } })
      await assert.rejects(asking, { code: 'forbidden', message })
    })
  }

  test('who reads topics one by one may stop, and no further page is asked for', async () => {
    const { session, socket } = await openSession()
    const seen: string[] = []
    const reading = (async () => {
      for await (const { path } of session.fetchEach('#')) {
        seen.push(path)
        break
      }
    })()
    await settled()
    const request = socket.heard('fetch')[0]?.request ?? 0
    socket.reply({ kind: 'fetched', request, topics: [topic('a', '1'), topic('b', '1')], after: 'b' })
    await reading
    assert.deepEqual([seen, socket.heard('fetch').length], [['a'], 1])
  })

  test('a fetch whose place the gateway has forgotten between two pages begins again', async () => {
    const { session, gateway, clock, socket } = await openSession()
    const fetching = session.fetch('#')
    await settled()
    const request = socket.heard('fetch')[0]?.request ?? 0
    socket.reply({ kind: 'fetched', request, topics: [topic('a', '1')], after: 'somewhere' })
    await settled()
    socket.cut()
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'resumed' })
    const [again] = second.heard('fetch')
    const refusal = { code: 'notFound', detail: 'no longer open' } as const
    second.reply({ kind: 'refused', request: again?.request ?? 0, refusal })
    await settled()
    const [, anew] = second.heard('fetch')
    second.reply({
      kind: 'fetched',
      request: anew?.request ?? 0,
      topics: [topic('a', '2'), topic('b', '1')],
      after: null,
    })
    assert.deepEqual([again?.after, anew?.after], ['somewhere', null])
    assert.deepEqual(
      (await fetching).map(({ path, value }) => [path, value]),
      [
        ['a', 2],
        ['b', 1],
      ],
    )
  })

  test('creating and removing say what they touched', async () => {
    const { session, socket } = await openSession()
    const creating = session.create('a', { type: 'json', keep: false })
    const removing = session.remove('old/#')
    await settled()
    const [create] = socket.heard('create')
    const [remove] = socket.heard('remove')
    assert.deepEqual(
      [create?.path, create?.properties, remove?.selector],
      ['a', { type: 'json', keep: false }, 'old/#'],
    )
    socket.reply(
      { kind: 'done', request: remove?.request ?? 0, count: 3 },
      { kind: 'done', request: create?.request ?? 0, count: 1 },
    )
    assert.deepEqual([await creating, await removing], [undefined, 3])
  })

  test('administrators are told what they ask, lists without their pages', async () => {
    const { session, socket } = await openSession()
    const answer = async (document: object): Promise<void> => {
      await settled()
      const request = socket.heard('administer').at(-1)?.request ?? 0
      socket.reply({ kind: 'report', request, document: JSON.stringify(document) })
    }
    const listing = session.sessions()
    await answer({ sessions: [{ id: 'one' }], after: 'one' })
    await answer({ sessions: [{ id: 'two' }] })
    assert.deepEqual(await listing, [{ id: 'one' }, { id: 'two' }])
    assert.equal(socket.heard('administer')[1]?.after, 'one')
    const showing = session.showSession('two')
    await answer({ id: 'two', owed: 7 })
    assert.deepEqual(await showing, { id: 'two', owed: 7 })
    const removing = session.removeSession('two')
    await settled()
    const last = socket.heard('administer').at(-1)
    assert.deepEqual([last?.operation, last?.target], ['removeSession', 'two'])
    socket.reply({ kind: 'done', request: last?.request ?? 0, count: 1 })
    await removing
  })

  test('a refusal rejects with its code', async () => {
    const { session, socket } = await openSession()
    const creating = session.create('a/#')
    await settled()
    const request = socket.heard('create')[0]?.request ?? 0
    socket.reply({ kind: 'refused', request, refusal: { code: 'invalidPath', detail: 'no # in paths' } })
    await assert.rejects(creating, (error) => error instanceof RivuletError && error.code === 'invalidPath')
  })

  test('what a lost connection left unanswered is asked again', async () => {
    const { session, gateway, clock, socket } = await openSession()
    const removing = session.remove('a')
    await settled()
    socket.cut()
    const fetching = session.fetch('b')
    await clock.pass(1_000)
    const second = await gateway.accept({ start: 'new' })
    const [remove] = second.heard('remove')
    const [fetch] = second.heard('fetch')
    socket.reply({ kind: 'done', request: remove?.request ?? 0, count: 9 })
    second.reply({ kind: 'done', request: remove?.request ?? 0, count: 1 })
    second.reply({ kind: 'fetched', request: fetch?.request ?? 0, topics: [], after: null })
    assert.deepEqual([await removing, await fetching], [1, []])
  })

  test('no answer in time is told, and an answer that comes late is dropped', async () => {
    const { session, socket, clock } = await openSession({ requestTimeoutMs: 5_000 })
    const removing = session.remove('a')
    removing.catch(() => undefined)
    await settled()
    await clock.pass(5_000)
    await assert.rejects(removing, { code: 'timedOut', message: 'no answer to remove within 5000 ms' })
    socket.reply({ kind: 'done', request: socket.heard('remove')[0]?.request ?? 0, count: 1 })
    assert.equal(session.state.kind, 'live')
  })

  test('an answer of the wrong kind is not mistaken for the right one', async () => {
    const { session, socket } = await openSession()
    const fetching = session.fetch('a')
    await settled()
    socket.reply({ kind: 'done', request: socket.heard('fetch')[0]?.request ?? 0, count: 1 })
    await assert.rejects(fetching, { code: 'protocolViolation' })
  })

  test('who asks too much at once is told', async () => {
    const { session } = await openSession()
    const asking = Array.from({ length: 10_001 }, () => session.remove('a'))
    for (const each of asking) each.catch(() => undefined)
    await assert.rejects(asking.at(-1) ?? Promise.resolve(), { code: 'queueFull' })
  })
})
