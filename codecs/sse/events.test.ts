import assert from 'node:assert/strict'
import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'
import { suite, test } from 'mocha'
import type { Audience, HeldVersion } from '../../core/index.js'
import { anyone, audienceWith, batchOf, before, toBytes, updateWith } from '../../test/support/wire/quote.js'
import type { EventForm } from './index.js'
import { EventEncoder, EventWriter, hasGap } from './index.js'
import { flag } from './update-event.js'

const epoch = '00112233445566ff'
const plain = { attributes: false, patches: false }

function written(write: (writer: EventWriter) => void): string {
  const writer = new EventWriter()
  write(writer)
  const bytes = new Uint8Array(writer.length)
  writer.copyTo(bytes, 0)
  return new TextDecoder().decode(bytes)
}

interface Telling {
  readonly form?: EventForm
  readonly base?: HeldVersion | null
  readonly flags?: number
  readonly audience?: Audience
}

/** What one update is as text, as another's parser reads it, and its data. */
function told(update = updateWith(), { form = plain, base = null, flags = 0, audience = anyone }: Telling = {}) {
  const text = written((writer) =>
    new EventEncoder(epoch, form).writePlain(batchOf([update], base, flags, audience), writer),
  )
  const events = eventsIn(text)
  return { text, events, data: events.map(({ data }) => JSON.parse(data)) }
}

function eventsIn(text: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => events.push(event), onError: (error) => assert.fail(error) })
  parser.feed(text)
  return events
}

const attributes = {
  pairs: [['unit', 'C\n\nevent: x']] as const,
  contentType: 'text/plain',
  isText: true,
  replyPath: 'answers/1',
  correlation: new Uint8Array([1, 2]),
}

suite('events', () => {
  test('an update is one event, byte for byte', () => {
    assert.equal(
      told(updateWith({ value: toBytes('{"c":21.5}') })).text,
      'event: update\nid: EQARIjNEVWb_ZABY4hxh\n' +
        'data: {"path":"fx/eurusd","type":"json","value":{"c":21.5},"version":"IQARIjNEVWb_ZFr7Nu-X","time":1763683200000}\n\n',
    )
  })

  test('a snapshot is marked and has no id', () => {
    const { events, data } = told(updateWith(), { flags: flag.snapshot | flag.bind })
    assert.deepEqual([events.map(({ id }) => id), data.map(({ snapshot }) => snapshot)], [[undefined], [true]])
  })

  test('what has no value is a removal, or in a snapshot nothing', () => {
    for (const content of ['removed', 'none'] as const) {
      const { events, data } = told(updateWith({ content, value: new Uint8Array(0) }))
      assert.deepEqual(
        events.map(({ event }) => event),
        ['remove'],
      )
      assert.deepEqual(Object.keys(data[0]), ['path', 'version'])
    }
    assert.equal(told(updateWith({ content: 'none', value: new Uint8Array(0) }), { flags: flag.snapshot }).text, '')
  })

  test('attributes stand beside the value for those who ask', () => {
    const update = updateWith({ attributes })
    const shown = told(update, { form: { attributes: true, patches: false } })
    assert.deepEqual(shown.data[0].attributes, {
      pairs: [['unit', 'C\n\nevent: x']],
      contentType: 'text/plain',
      isText: true,
      replyPath: 'answers/1',
      correlation: { base64: 'AQI=' },
    })
    assert.equal(told(update).data[0].attributes, undefined)
  })

  for (const path of ['a\nevent: forged', 'a\r\ndata: forged', '"},\n\n', '\u2028', 'a\u0000'])
    test(`nothing in ${JSON.stringify(path)} begins a field, as a path or a value of any type`, () => {
      for (const type of ['json', 'string', 'binary'] as const) {
        const update = updateWith({ type, value: toBytes(path), attributes: { ...attributes, contentType: path } })
        const audience = { ...audienceWith(), outwardPath: () => path }
        const { events, data } = told(update, { audience, form: { attributes: true, patches: false } })
        assert.deepEqual(
          events.map(({ event, id }) => [event, id]),
          [['update', 'EQARIjNEVWb_ZABY4hxh']],
        )
        assert.equal(data[0].path, path)
      }
    })

  test('what changed in a document is told as a patch to those who ask and hold what was before', () => {
    const form = { attributes: false, patches: true }
    const { events, data } = told(updateWith(), { form, base: before })
    assert.deepEqual(
      events.map(({ event }) => event),
      ['patch'],
    )
    assert.deepEqual(data[0].patch, [{ op: 'replace', path: '/bid', value: 1.0832 }])
    assert.deepEqual(Object.keys(data[0]), ['path', 'version', 'time', 'patch'])
    for (const other of [
      { form: plain, base: before },
      { form, base: null },
      { form, base: before, flags: flag.bind },
      { form, base: updateWith({ value: toBytes('[1,2,3,4]') }) },
    ])
      assert.equal(told(updateWith(), other).events[0]?.event, 'update')
  })

  test('the bytes of an update are made once for all who hold the same', () => {
    let looks = 0
    const audience = {
      ...audienceWith(),
      outwardPath: (path: string) => {
        looks += 1
        return path
      },
    }
    const encoder = new EventEncoder(epoch, plain)
    const update = updateWith()
    for (let time = 0; time < 3; time++)
      written((writer) => encoder.writePlain(batchOf([update], null, 0, audience), writer))
    assert.equal(looks, 1)
    const own = updateWith({ isShared: false })
    for (let time = 0; time < 3; time++)
      written((writer) => encoder.writePlain(batchOf([own], null, 0, audience), writer))
    assert.equal(looks, 4)
  })

  test('updates that were left out are said as a resynchronisation of that topic, before the newest value', () => {
    const encoder = new EventEncoder(epoch, plain)
    const batch = batchOf([updateWith()], null, flag.gap)
    assert.equal(hasGap(batch), true)
    const told = (isSynced: boolean) =>
      eventsIn(written((writer) => encoder.writeWith(['after'], batch, { now: 'before', isSynced }, writer)))
    const events = told(true)
    assert.deepEqual(
      events.map(({ event, id }) => [event, id]),
      [
        ['resync', 'before'],
        ['update', 'after'],
        ['synced', 'after'],
      ],
    )
    assert.deepEqual(JSON.parse(events[0]?.data ?? ''), { reason: 'overflow', topics: ['fx/eurusd'] })
    // What comes first is not all told: that it is comes behind it.
    assert.deepEqual(
      told(false).map(({ event }) => event),
      ['resync', 'update'],
    )
  })

  test('what the gateway says of the stream has a form of its own each', () => {
    const text = written((writer) => {
      writer.retry(2_500)
      writer.resync({ reason: 'epoch', topics: [], selectors: ['a/#'] }, 'p')
      writer.synced('q')
      writer.unsubscribed({ selector: 'a\n/#', reason: 'forbidden' }, 'q')
      writer.closed({ code: 4013, reason: 'draining', text: 'the gateway is shutting down', retry: true }, 'q')
    })
    assert.equal(
      text,
      'retry: 2500\n\n' +
        'event: resync\nid: p\ndata: {"reason":"epoch","selectors":["a/#"]}\n\n' +
        'event: synced\nid: q\ndata: {}\n\n' +
        'event: unsubscribed\nid: q\ndata: {"selector":"a\\n/#","reason":"forbidden"}\n\n' +
        'event: closed\nid: q\ndata: {"code":4013,"reason":"draining","text":"the gateway is shutting down","retry":true}\n\n',
    )
  })

  test('a long event grows the buffer, which is given back', () => {
    const long = 'x'.repeat(3_000_000)
    const { data } = told(updateWith({ type: 'string', value: toBytes(long) }))
    assert.equal(data[0].value, long)
    const writer = new EventWriter()
    writer.event(toBytes(`event: update\ndata: ${long}\n`), 'id')
    writer.clear()
    assert.equal(writer.length, 0)
  })
})
