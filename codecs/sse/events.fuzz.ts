import assert from 'node:assert/strict'
import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { suite } from 'mocha'
import type { Attributes, UpdateFields, ValueType } from '../../core/index.js'
import { fuzz } from '../../test/support/fuzz.js'
import { audienceWith, batchOf, before, toBytes, updateWith } from '../../test/support/wire/quote.js'
import { formatPosition } from '../position/index.js'
import { EventEncoder, EventWriter } from './index.js'
import { flag } from './update-event.js'

const epoch = '00112233445566ff'

/** What would end a line, an event or a string where it is not taken care of. */
const breaks = fc.constantFrom(
  ...['\n', '\r', '\r\n', '\n\n', '\0', '\u2028', '\u2029', '\u0085', '\ufeff', '"', '\\', '},', ':', ' '],
  ...['id: 1', 'event: remove', 'data: {}', 'retry: 1', '\n\nevent: forged\ndata: {}\n\n', '\r\rdata:'],
)
const text = fc
  .array(fc.oneof(breaks, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 8 })
  .map((pieces) => pieces.join(''))

const json = fc
  .tuple(fc.oneof(fc.jsonValue(), text), fc.constantFrom(0, 1, '\t', '\r', '\n '))
  .map(([document, indent]) => JSON.stringify(document, null, indent))
const numbers = {
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
}

const value: fc.Arbitrary<{ readonly type: ValueType; readonly value: Uint8Array }> = fc.oneof(
  json.map((document) => ({ type: 'json' as const, value: toBytes(document) })),
  numbers.int64.map((number) => ({ type: 'int64' as const, value: toBytes(number) })),
  numbers.double.map((number) => ({ type: 'double' as const, value: toBytes(number) })),
  // Whatever a type promises, the bytes may be others.
  fc.record({
    type: fc.constantFrom('json', 'string', 'binary'),
    value: fc.oneof(text.map(toBytes), fc.uint8Array({ maxLength: 40 })),
  }),
)

const attributes: fc.Arbitrary<Attributes | null> = fc.option(
  fc.record({
    pairs: fc.array(fc.tuple(text, text), { maxLength: 3 }),
    contentType: fc.option(text),
    isText: fc.boolean(),
    replyPath: fc.option(text),
    correlation: fc.option(fc.uint8Array({ maxLength: 9 })),
  }),
)

const update = fc.record({
  told: value,
  path: text,
  attributes,
  content: fc.constantFrom<UpdateFields['content']>('value', 'value', 'value', 'removed', 'none'),
  timeMs: fc.maxSafeNat(),
  offset: fc.integer({ min: 91, max: Number.MAX_SAFE_INTEGER }),
  isSnapshot: fc.boolean(),
  form: fc.record({ attributes: fc.boolean(), patches: fc.boolean() }),
  hasBase: fc.boolean(),
})

function eventsIn(bytes: Uint8Array): EventSourceMessage[] {
  const events: EventSourceMessage[] = []
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onError: (error) => assert.fail(error),
    onRetry: () => assert.fail('a field of ours that was not written'),
    onComment: () => assert.fail('a comment that was not written'),
  })
  parser.feed(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  return events
}

function written(write: (writer: EventWriter) => void): Uint8Array {
  const writer = new EventWriter()
  write(writer)
  const bytes = new Uint8Array(writer.length)
  writer.copyTo(bytes, 0)
  return bytes
}

/** What an update's `value` must be. */
function expected({ type, value: bytes }: { readonly type: ValueType; readonly value: Uint8Array }): unknown {
  const plain = Buffer.from(bytes)
  const read = plain.toString('utf8')
  if (type === 'binary' || !plain.equals(Buffer.from(read))) return { base64: plain.toString('base64') }
  if (type === 'double') return Number(read)
  if (type === 'int64') return Number.isSafeInteger(Number(read)) ? Number(read) : read
  return type === 'json' ? parsedOr(read) : read
}

function parsedOr(read: string): unknown {
  try {
    return JSON.parse(read)
  } catch (error) {
    if (error instanceof SyntaxError) return read
    throw error
  }
}

suite('events of anything', () => {
  fuzz('any update is read by another parser as one event with the same JSON', update, (given) => {
    const { told, path, form, isSnapshot, hasBase, ...fields } = given
    const made = updateWith({ ...fields, ...told, topic: { id: 5, path } })
    const flags = isSnapshot ? flag.snapshot : 0
    const batch = batchOf([made], hasBase ? before : null, flags, audienceWith())
    const events = eventsIn(written((writer) => new EventEncoder(epoch, form).writePlain(batch, writer)))
    if (isSnapshot && fields.content !== 'value') return assert.deepEqual(events, [])
    assert.equal(events.length, 1)
    const [event] = events
    const id = isSnapshot ? undefined : formatPosition({ epoch, offset: fields.offset, held: [] })
    const data = JSON.parse(event?.data ?? '')
    assert.deepEqual([event?.id, data.path], [id, path])
    if (fields.content !== 'value') return assert.equal(event?.event, 'remove')
    if (event?.event === 'patch') return assert.ok(form.patches && hasBase && told.type === 'json')
    assert.equal(event?.event, 'update')
    assert.deepEqual([data.type, data.time, data.snapshot], [told.type, fields.timeMs, isSnapshot || undefined])
    assert.deepEqual(data.value, expected(told))
    assert.deepEqual(data.attributes?.pairs, form.attributes ? fields.attributes?.pairs : undefined)
    assert.equal(data.attributes?.replyPath, form.attributes ? (fields.attributes?.replyPath ?? undefined) : undefined)
  })

  fuzz('any selector and topic that the gateway names is read as it is', fc.tuple(text, text), ([one, other]) => {
    const events = eventsIn(
      written((writer) => {
        writer.resync({ reason: 'history', topics: [one, other], selectors: [] }, 'p')
        writer.unsubscribed({ selector: one, reason: 'forbidden' }, 'p')
      }),
    )
    assert.deepEqual(
      events.map(({ event, id, data }) => [event, id, JSON.parse(data)]),
      [
        ['resync', 'p', { reason: 'history', topics: [one, other] }],
        ['unsubscribed', 'p', { selector: one, reason: 'forbidden' }],
      ],
    )
  })
})
