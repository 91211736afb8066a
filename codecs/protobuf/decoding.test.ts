/** What decoders owe beyond reading what encoders write: order, memory, peers of other versions, and the bounds. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'mocha'
import type { ClientMessage, Hello, Resume } from '../../core/index.js'
import { closeReasons, refusals } from '../../core/index.js'
import { heardByClient, heardByGateway } from '../../test/support/wire/heard.js'
import {
  decodeFromClient,
  decodeFromGateway,
  encodePublish,
  encodeRequest,
  protocolVersion,
  wireLimits,
} from './index.js'

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const done = { kind: 'done' } as const

/** A field with a message in it, whose length is put in front. */
function part(tag: number, hex: string): Uint8Array {
  const bytes = fromHex(hex)
  return Uint8Array.of(tag, bytes.length, ...bytes)
}

/** alias 1, and `01` as the value. */
const publishHex = '0a05 1801 220101'

suite('a frame from a client', () => {
  test('takes effect in the order of its bytes [PROTOCOL 1.4]', () => {
    const { outcome, heard } = heardByGateway(fromHex(`1a024a00 ${publishHex} 12020805 1a025200 ${publishHex}`))
    assert.deepEqual(outcome, done)
    assert.deepEqual(
      heard.map(({ kind }) => kind),
      ['ping', 'publish', 'acknowledge', 'bye', 'publish'],
    )
  })

  test('has effect up to the place where it is malformed [PROTOCOL 1.8]', () => {
    const { outcome, heard } = heardByGateway(fromHex(`${publishHex} 0a03 1801 22`))
    assert.deepEqual(outcome, { kind: 'malformed', why: 'byte 12: cut short' })
    assert.equal(heard.length, 1)
  })

  test('has nothing taken from a part that is malformed [PROTOCOL 1.8]', () => {
    for (const part of ['12 04 0805 08 06', '1a 04 4a00 4a00', '0a 04 1801 3802']) {
      assert.deepEqual(heardByGateway(fromHex(part)).heard, [])
    }
  })

  test('gives values as views of it [PROTOCOL 8.5]', () => {
    const frame = fromHex(publishHex)
    const { heard } = heardByGateway(frame)
    const [publish] = heard
    assert.ok(publish?.kind === 'publish')
    assert.equal(publish.value.buffer, frame.buffer)
    assert.equal(publish.value.byteOffset, 6)
  })

  test('may be a view of a larger buffer', () => {
    const large = fromHex(`ffffff ${publishHex} 0a`)
    assert.deepEqual(heardByGateway(large.subarray(3, -1)), heardByGateway(fromHex(publishHex)))
  })

  test('has fields of a later version skipped inside its messages [PROTOCOL 1.7]', () => {
    const later = 'f806 01 fa06 026162 f906 0102030405060708 fd06 01020304'
    const { outcome, heard } = heardByGateway(part(0x0a, `1801 ${later} 220101 f806 02`))
    assert.deepEqual({ outcome, heard }, { ...heardByGateway(fromHex(publishHex)), outcome: done })
  })

  test('is malformed where a field that is skipped is [PROTOCOL 1.6]', () => {
    for (const later of ['f906 01020304', 'fd06 0102', 'fa06 05 61', 'fb06', 'f806 ff', 'fe06 00']) {
      const { outcome, heard } = heardByGateway(part(0x0a, `1801 ${later}`))
      assert.deepEqual([outcome.kind, heard], ['malformed', []], later)
    }
  })

  test('may say what is default, though it need not', () => {
    const { outcome, heard } = heardByGateway(part(0x0a, '0800 1801 2800 3000 3800 4000 4800 1200 2200'))
    assert.deepEqual(outcome, done)
    assert.deepEqual(heard, heardByGateway(fromHex('0a02 1801')).heard)
  })

  test('names the empty path only if it says so [PROTOCOL 6.1]', () => {
    const path = (hex: string) => heardByGateway(fromHex(hex)).heard.map((publish) => 'path' in publish && publish.path)
    assert.deepEqual(path('0a04 1801 3001'), [''])
    assert.deepEqual(path('0a04 1801 3000'), [null])
    assert.deepEqual(path('0a07 1201 61 1801 3001'), ['a'])
  })

  test('keeps a byte order mark in a path [SEM 5.1]', () => {
    const path = '\ufeffa/long/path/with/a/mark'
    const [publish] = heardByGateway(encodePublish({ ...emptyPublish, path })).heard
    assert.ok(publish?.kind === 'publish')
    assert.equal(publish.path, path)
  })

  test('leaves of the versions in a hello those that are spoken here [PROTOCOL 2.2]', () => {
    const versions = (hex: string) =>
      heardByGateway(fromHex(hex)).heard.map((hello) => 'versions' in hello && hello.versions)
    assert.deepEqual(versions('1a07 1205 0a03 020103'), [[1]])
    assert.deepEqual(versions('1a05 1203 0a0102'), [[]])
  })

  test('has texts at the edges of ASCII and of what is read at once', () => {
    for (const path of [
      '\x7f',
      '\x80',
      '\u07ff',
      'é'.repeat(6),
      'a'.repeat(12),
      'a'.repeat(13),
      `${'a'.repeat(31)}\x80`,
    ]) {
      const [publish] = heardByGateway(encodePublish({ ...emptyPublish, path })).heard
      assert.equal(publish?.kind === 'publish' && publish.path, path)
    }
  })

  test('gives a hello the address that the transport knows', () => {
    const heard: ClientMessage[] = []
    const receiver = {
      peer: '198.51.100.7',
      received: (message: ClientMessage) => heard.push(message),
      acknowledged: () => 0,
    }
    decodeFromClient(fromHex('1a05 1203 0a0101'), receiver)
    assert.deepEqual(
      heard.map((message) => message.kind === 'hello' && message.credentials),
      [{ peer: '198.51.100.7' }],
    )
  })
})

const emptyPublish = {
  kind: 'publish',
  sequence: 0,
  path: null,
  alias: 0,
  value: new Uint8Array(),
  type: null,
  merge: false,
  timeMs: 0,
  lifetimeMs: 0,
  attributes: null,
  handling: null,
  expect: null,
  properties: null,
} as const

const position = { epoch: '00112233445566ff', offset: 1, held: [] }

const helloWith = (resume: Resume): Hello => ({
  kind: 'hello',
  versions: [protocolVersion],
  credentials: { peer: '' },
  features: { deltas: false, deflate: false },
  resume,
  sessionTimeoutMs: 0,
  keepAliveMs: 0,
  bytesPerSecondMax: 0,
  agent: '',
})

suite('bounds', () => {
  const publishWith = (text: string, count: number) =>
    encodePublish({
      ...emptyPublish,
      path: 'a',
      attributes: {
        pairs: Array(count).fill([text, '']),
        contentType: null,
        isText: false,
        replyPath: null,
        correlation: null,
      },
    })
  const kindOf = (frame: Uint8Array) => heardByGateway(frame).outcome.kind

  test('a text may have 8,192 bytes and no more [PROTOCOL 10.1]', () => {
    const path = (length: number) => kindOf(encodePublish({ ...emptyPublish, path: 'a'.repeat(length) }))
    assert.deepEqual([path(wireLimits.textBytesMax), path(wireLimits.textBytesMax + 1)], ['done', 'malformed'])
  })

  test('attributes may have 1,024 pairs and no more, even empty ones [PROTOCOL 10.1]', () => {
    assert.deepEqual([kindOf(publishWith('', 1_024)), kindOf(publishWith('', 1_025))], ['done', 'malformed'])
  })

  test('attributes may have 65,536 bytes and no more [PROTOCOL 10.1]', () => {
    // A pair with such a name has 6 bytes more, and so has the list of one pair.
    const fits = 65_536 - 8
    assert.deepEqual(
      [kindOf(publishWith('x'.repeat(fits), 1)), kindOf(publishWith('x'.repeat(fits + 1), 1))],
      ['done', 'malformed'],
    )
  })

  test('a resume may name 1,000 snapshots and no more [PROTOCOL 10.1]', () => {
    const kind = (count: number) =>
      kindOf(encodeRequest(helloWith({ token: new Uint8Array(), position, synced: Array(count).fill(1) })))
    assert.deepEqual([kind(1_000), kind(1_001)], ['done', 'malformed'])
  })

  test('work and memory are bounded by the frame, whatever lengths it claims', () => {
    const claims = fromHex('0a ffffffffffffff0f 1a ffffff7f')
    assert.deepEqual(heardByGateway(claims).outcome, { kind: 'malformed', why: 'byte 9: cut short' })
  })
})

suite('a frame from the gateway', () => {
  test('tells replies first, then updates, then where the client stands [PROTOCOL 1.5]', () => {
    const heard: string[] = []
    const frame = fromHex('0a07 0805 2a0101 3001 1202 0801 1a02 6200 0a07 0806 2a0101 3002')
    const outcome = decodeFromGateway(frame, {
      reply: ({ kind }) => heard.push(kind),
      update: ({ topicId }) => heard.push(`update ${topicId}`),
      standing: (offset) => heard.push(`standing ${offset}`),
    })
    assert.deepEqual(outcome, done)
    assert.deepEqual(heard, ['pong', 'update 5', 'update 6', 'standing 1'])
  })

  test('tells nothing of a frame that has a broken reply behind its updates [PROTOCOL 1.8]', () => {
    const { outcome, heard } = heardByClient(fromHex('0a07 0805 2a0101 3001 1a05 62'))
    assert.equal(outcome.kind, 'malformed')
    assert.deepEqual(heard, { updates: [], standing: [], replies: [] })
  })

  test('may have replies that the client does not know yet [PROTOCOL 11.1, 11.2]', () => {
    const { outcome, heard } = heardByClient(fromHex('1a03 7a0101 1a02 6200'))
    assert.deepEqual({ outcome, replies: heard.replies }, { outcome: done, replies: [{ kind: 'pong', nonce: 0 }] })
  })

  test('may leave out of a reply what is default', () => {
    const { heard } = heardByClient(fromHex('1a02 3200'))
    assert.deepEqual(heard.replies, [{ kind: 'accepted', sequence: 0, version: { offset: 0, previous: 0 } }])
  })

  test('may refuse for reasons that the client does not know yet [PROTOCOL 6.7]', () => {
    const { heard } = heardByClient(fromHex('1a07 3a05 1063 1a0161'))
    assert.deepEqual(heard.replies, [
      { kind: 'publishRefused', sequence: 0, refusal: { code: 'unsupported', detail: 'a' } },
    ])
  })

  test('may describe topics without saying what is usual [PROTOCOL 3.10]', () => {
    const { heard } = heardByClient(fromHex('1a0b 5209 1207 0a0161 1801 4200'))
    const [fetched] = heard.replies
    assert.ok(fetched?.kind === 'fetched')
    const [topic] = fetched.topics
    const usual = { delivery: 'latest', keep: true, deltas: true, priority: 2 }
    const nothing = { type: null, history: null, owner: null, persist: null, removal: null }
    assert.deepEqual(topic?.properties, { ...usual, ...nothing })
  })

  test('may deny what an update is not, though it need not [PROTOCOL 4.2]', () => {
    const { outcome, heard } = heardByClient(fromHex('0a0c 0805 2a0101 3001 6800 8801 00'))
    assert.deepEqual([outcome, heard.updates[0]?.content], [done, 'value'])
  })
})

suite('proto/PROTOCOL.md', () => {
  const text = readFileSync(new URL('../../proto/PROTOCOL.md', import.meta.url), 'utf8')
  const rows = text
    .split('\n')
    .flatMap((line) => [line.split('|').map((cell) => cell.trim())].filter(({ length }) => length > 3))
  const rowsWith = (name: string) => rows.filter((cells) => cells.includes(`\`${name}\``))

  test('lists the refusals of core [PROTOCOL 6.7]', () => {
    for (const [name, { number, text }] of Object.entries(refusals)) {
      assert.ok(
        rowsWith(name).some((cells) => cells[1] === String(number) && cells.includes(text)),
        name,
      )
    }
  })

  test('lists the close codes of core [PROTOCOL 7.1]', () => {
    for (const [name, { code, retry, text }] of Object.entries(closeReasons)) {
      const expected = [String(code), `\`${name}\``, retry ? 'yes' : 'no']
      const found = rowsWith(name).find((cells) => cells[1] === expected[0])
      assert.deepEqual(found?.slice(1, 4), expected)
      assert.ok(found?.[4]?.startsWith(text), name)
    }
  })

  test('lists the bounds of the decoder [PROTOCOL 10.1]', () => {
    const bounds = text.slice(text.indexOf('## 10.'), text.indexOf('## 11.'))
    for (const bound of Object.values(wireLimits))
      assert.ok(bounds.includes(`| ${bound.toLocaleString('en')}`), String(bound))
  })

  test('is about the version that the code speaks [PROTOCOL 2.2]', () => {
    assert.match(text, new RegExp(`^# .*, version ${protocolVersion}$`, 'm'))
  })
})
