import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { bytes } from '../../test/support/memory-peer.js'
import type { StreamWorld } from '../../test/support/sse/streams.js'
import { StreamGateway, until } from '../../test/support/sse/streams.js'

const opened: StreamGateway[] = []

async function open(world: StreamWorld = {}): Promise<StreamGateway> {
  const place = await StreamGateway.open(world)
  opened.push(place)
  return place
}

suite('event streams', () => {
  afterEach(async () => {
    for (const place of opened.splice(0)) {
      await place.close()
      assert.deepEqual(place.failures, [])
    }
  })

  test('begin with the values that there are, then synced, then what changes', async () => {
    const place = await open()
    place.publish('a/1', '{"x":1}')
    const reader = await place.read('topic=a/%23')
    await reader.event('synced')
    place.publish('a/2', 'two')
    place.remove('a/1')
    await reader.event('remove')
    assert.deepEqual(
      reader.events.map(({ event, id, data }) => [event, id !== undefined, data.path, data.value, data.snapshot]),
      [
        ['update', false, 'a/1', { x: 1 }, true],
        ['synced', true, undefined, undefined, undefined],
        ['update', true, 'a/2', 'two', undefined],
        ['remove', true, 'a/1', undefined, undefined],
      ],
    )
  })

  test('are told as what proxies leave alone', async () => {
    const { answer, retries } = await (await open({ sse: { retryMs: 700 } })).read('topic=a')
    assert.equal(answer.headers['content-type'], 'text/event-stream')
    assert.equal(answer.headers['x-accel-buffering'], 'no')
    assert.match(answer.headers['cache-control'] ?? '', /no-store.*no-transform/)
    await until('retry', () => retries.length > 0)
    assert.deepEqual(retries, [700])
  })

  test('take several selectors, deliver what several match once, and say synced once', async () => {
    const place = await open()
    place.publish('a/1', '1')
    const reader = await place.read('topic=a/%23&topic=a/1&topic=a/%2B&topic={a,b}/1&topic={b,a}/1')
    await reader.event('synced')
    place.publish('a/1', '2')
    place.publish('a/1', '3')
    await reader.until('the last value', () => reader.values().at(-1) === 3)
    assert.equal(reader.names().filter((name) => name === 'synced').length, 1)
    assert.deepEqual(new Set(reader.values()).size, reader.values().length)
  })

  test('without a snapshot tell only what changes', async () => {
    const place = await open()
    place.publish('a', '1')
    const reader = await place.read('topic=a&snapshot=false')
    await reader.event('synced')
    place.publish('a', '2')
    await reader.event('update')
    assert.deepEqual(reader.values(), [2])
  })

  test('of a rate tell the newest value at its slot, and the last of a burst', async () => {
    const place = await open()
    const reader = await place.read('topic=a&rate=20/s')
    await reader.event('synced')
    for (let value = 1; value <= 200; value++) place.publish('a', `${value}`)
    await reader.until('the last value', () => reader.values().at(-1) === 200)
    assert.ok(reader.values().length < 5)
  })

  test('of delivery all tell each update', async () => {
    const place = await open()
    const reader = await place.read('topic=a&delivery=all')
    await reader.event('synced')
    for (let value = 1; value <= 200; value++) place.publish('a', `${value}`)
    await reader.until('the last value', () => reader.values().at(-1) === 200)
    assert.equal(reader.values().length, 200)
  })

  test('tell a document by what changed in it, where that is asked for and shorter', async () => {
    const place = await open()
    const document = (c: number) => JSON.stringify({ c, padding: 'x'.repeat(200) })
    place.publish('a', document(1))
    const reader = await place.read('topic=a&delta=json-patch')
    await reader.event('synced')
    place.publish('a', document(2))
    const { data } = await reader.event('patch')
    assert.deepEqual([data.path, data.patch], ['a', [{ op: 'replace', path: '/c', value: 2 }]])
    place.publish('a', '"short"')
    assert.equal((await reader.event('update', 2)).data.value, 'short')
  })

  test('show attributes to those who ask', async () => {
    const place = await open()
    const attributes = {
      pairs: [['unit', 'C']] as const,
      contentType: null,
      isText: false,
      replyPath: null,
      correlation: null,
    }
    place.publish('a', '1', { attributes })
    const [asking, other] = [await place.read('topic=a&attributes=true'), await place.read('topic=a')]
    assert.deepEqual((await asking.event('update')).data.attributes, { pairs: [['unit', 'C']] })
    assert.equal((await other.event('update')).data.attributes, undefined)
  })

  test('carry bytes that are no text, and numbers that JSON would round', async () => {
    const place = await open()
    place.publish('a/bytes', new Uint8Array([0, 255, 10]))
    place.publish('a/long', '9007199254740993', { type: 'int64' })
    place.publish('a/text', 'line 1\nline 2\r\n: no comment')
    const reader = await place.read('topic=a/%23')
    await reader.event('synced')
    const values = Object.fromEntries(reader.events.map(({ data }) => [data.path, data.value]))
    assert.deepEqual(values['a/bytes'], { base64: 'AP8K' })
    assert.equal(values['a/long'], '9007199254740993')
    assert.equal(values['a/text'], 'line 1\nline 2\r\n: no comment')
  })

  test('of a reader that stalls cost its topics once, and go on at the newest value', async () => {
    const place = await open()
    const reader = await place.read('topic=a')
    await reader.event('synced')
    reader.stall()
    const long = 'x'.repeat(50_000)
    for (let value = 1; value <= 2_000; value++) {
      place.publish('a', `${value} ${long}`)
      if (value % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    reader.unstall()
    await reader.until('the newest value', () => String(reader.values().at(-1)).startsWith('2000 '))
    assert.ok(reader.values().length < 1_000, `${reader.values().length} of 2,000 were told`)
  })

  test('are resumed behind the last event, removals included, without a snapshot', async () => {
    const place = await open()
    for (let topic = 0; topic < 1_000; topic++) place.publish(`a/${topic}`, '0')
    const reader = await place.read('topic=a/%23')
    await reader.event('synced')
    place.publish('a/1', '1')
    await reader.event('update', 1_001)
    reader.cut()
    await place.emptied()
    place.publish('a/2', '2')
    place.publish('a/3', '3')
    place.remove('a/4')
    for (const [query, headers] of [
      ['', { 'last-event-id': reader.lastId }],
      [`&lastEventId=${reader.lastId}`, {}],
    ] as const) {
      const again = await place.read(`topic=a/%23${query}`, headers)
      await again.event('synced')
      assert.deepEqual(
        new Set(again.events.slice(0, -1).map(({ event, data }) => `${event} ${data.path} ${data.value}`)),
        new Set(['update a/2 2', 'update a/3 3', 'remove a/4 undefined']),
      )
    }
  })

  for (const [what, id, reason] of [
    ['that nobody gave', 'nonsense', 'epoch'],
    ['that was cut', 'ETFxBarOAu0BEADxGts', 'epoch'],
  ] as const)
    test(`from an id ${what} begin with a resynchronisation, and current values`, async () => {
      const place = await open()
      place.publish('a', '1')
      const reader = await place.read('topic=a&topic=b', { 'last-event-id': id })
      await reader.event('synced')
      assert.deepEqual(reader.names(), ['resync', 'update', 'synced'])
      assert.deepEqual(reader.events[0]?.data, { reason, selectors: ['a', 'b'] })
    })

  test('that were cut before synced begin anew', async () => {
    const place = await open()
    place.publish('a', '1')
    const first = await place.read('topic=a&topic=%23&snapshot=false')
    await first.event('synced')
    const early = await place.read('topic=%23', { 'last-event-id': 'x' })
    const { id } = await early.event('resync')
    const again = await place.read('topic=%23', { 'last-event-id': id })
    await again.event('synced')
    assert.deepEqual(again.names(), ['resync', 'update', 'synced'])
    assert.equal(again.events[0]?.data.reason, 'history')
  })

  test('are told something every so often, so that nobody takes them for dead', async () => {
    const place = await open({ sse: { heartbeatMs: 60 } })
    const reader = await place.read('topic=a')
    await reader.until('two comments', () => reader.comments.length >= 2)
    assert.deepEqual(reader.names(), ['synced'])
  })

  test('end with a reason, and where the gateway stops the reader is asked back in its time', async () => {
    const place = await open()
    const reader = await place.read('topic=a')
    await reader.event('synced')
    place.gateway.drain(1_000, () => undefined)
    const { data, id } = await reader.event('closed')
    assert.deepEqual(data, { code: 4013, reason: 'draining', text: 'the gateway is shutting down', retry: true })
    assert.equal(id, reader.events[0]?.id)
    await reader.ended()
    assert.ok(reader.retries.length >= 2)
    assert.ok(reader.answer.complete, 'the answer has its last chunk')
  })

  test('are forgotten when their readers leave', async () => {
    const place = await open()
    const readers = await Promise.all(Array.from({ length: 20 }, () => place.read('topic=%23')))
    assert.equal(place.running.counters?.().connections, 20)
    for (const reader of readers) reader.cut()
    await place.emptied()
    assert.equal(place.gateway.statistics().sessions, 0)
  })

  test('are shown in lists by what their readers call themselves', async () => {
    const place = await open()
    await place.read('topic=a', { 'user-agent': 'curl/8.0' })
    assert.deepEqual(
      [...place.gateway.sessions.all()].map(({ agent, medium }) => [agent, medium]),
      [['curl/8.0', 'sse']],
    )
  })

  test('bytes that are promised to be JSON and are not break out of no event', async () => {
    const place = await open()
    place.publish('a', bytes('1}\n\nevent: forged\ndata: {}\n\n'), { type: 'json' })
    const reader = await place.read('topic=a')
    await reader.event('synced')
    assert.deepEqual(reader.names(), ['update', 'synced'])
  })
})
