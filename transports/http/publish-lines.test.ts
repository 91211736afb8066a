import assert from 'node:assert/strict'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, suite, test } from 'mocha'
import { ApiGateway, codeOf, heardOf } from '../../test/support/api-gateway.js'
import { linesLimits } from './limits.js'

const gateways: ApiGateway[] = []

async function started(options: Parameters<typeof ApiGateway.start>[0] = {}) {
  const api = await ApiGateway.start(options)
  gateways.push(api)
  return api
}

async function published(api: ApiGateway, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const answer = await api.call('/publish', { method: 'POST', body: Buffer.from(body), headers })
  return answer.status === 200 ? Object(await answer.json()) : codeOf(answer)
}

const failuresOf = ({ failures }: { failures: { line: number; code: string }[] }) =>
  failures.map(({ line, code }) => `${line} ${code}`)

const state = async (api: ApiGateway, path: string) => {
  const { topics } = Object(await (await api.call(`/topics?select=${path}`)).json())
  return [topics[0]?.type, topics[0]?.value]
}

/** The head of a stream of lines whose length nobody knows. */
const head = 'POST /api/v1/publish HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

suite('http: lines', () => {
  afterEach(async () => {
    for (const api of gateways.splice(0)) await api.close()
  })

  test('each line is published, and one that fails keeps no other back', async () => {
    const api = await started()
    const lines = [
      '{"path":"a","value":1}',
      'x',
      '{"path":"b/#","value":1}',
      '',
      '{"path":"c","value":[1.0]}\r',
      '{"path":"d"}',
    ]
    const summary = await published(api, lines.join('\n'))
    assert.deepEqual([summary.lines, summary.accepted, summary.failed, summary.failuresCut], [6, 2, 3, false])
    assert.deepEqual(failuresOf(summary), ['2 invalidJson', '3 invalidPath', '6 invalidLine'])
    assert.equal(await (await api.call('/topics/c')).text(), '[1.0]')
  })

  test('values are what JSON says they are, or what the line says', async () => {
    const api = await started()
    const lines = [
      '{"path":"text","value":"on \\u00e9\\n"}',
      '{"path":"plain","value":"on"}',
      '{"path":"number","value":12345678901234567890}',
      '{"path":"object","value":{"a": 1.50}}',
      '{"path":"int","type":"int64","value":"9007199254740993"}',
      '{"path":"bytes","type":"binary","value":{"base64":"/wA="}}',
      '{"path":"\\u0061/b","value":true,"time":1700000000000,"version":"x","snapshot":true}',
      '{"path":"made","value":1,"properties":{"delivery":"all"}}',
    ]
    const summary = await published(api, lines.join('\n'))
    assert.deepEqual([summary.accepted, failuresOf(summary)], [8, []])
    assert.deepEqual(await state(api, 'text'), ['string', 'on é\n'])
    assert.deepEqual(await state(api, 'plain'), ['string', 'on'])
    assert.equal(await (await api.call('/topics/number')).text(), '12345678901234567890')
    assert.equal(await (await api.call('/topics/object')).text(), '{"a": 1.50}')
    assert.deepEqual(await state(api, 'int'), ['int64', '9007199254740993'])
    assert.deepEqual(await state(api, 'bytes'), ['binary', { base64: '/wA=' }])
    assert.equal((await api.call('/topics/a/b')).headers.get('last-modified'), 'Tue, 14 Nov 2023 22:13:20 GMT')
  })

  test('a source whose clock is ahead does not change a value in the future', async () => {
    const api = await started()
    await published(api, `{"path":"ahead","value":1,"time":${Number.MAX_SAFE_INTEGER}}`)
    const changed = Date.parse((await api.call('/topics/ahead')).headers.get('last-modified') ?? '')
    assert.ok(changed <= Date.now())
  })

  for (const [line, code] of [
    ['[]', 'invalidLine'],
    ['1', 'invalidLine'],
    ['{}', 'invalidLine'],
    ['{"path":1,"value":1}', 'invalidLine'],
    ['{"path":"a","vlaue":1,"value":1}', 'invalidLine'],
    ['{"path":"a","value":1,"type":"text"}', 'invalidLine'],
    ['{"path":"a","value":1,"time":-1}', 'invalidLine'],
    ['{"path":"a","value":1,"merge":1}', 'invalidLine'],
    ['{"path":"a","type":"json"}', 'invalidLine'],
    [`{"path":"a","value":1,"type":${' '.repeat(17_000)}"json"}`, 'tooLarge'],
    ['{"path":"a","value":1,"type":"string"}', 'invalidValue'],
    ['{"path":"a","value":1,"type":"binary"}', 'invalidValue'],
    ['{"path":"a","value":{"base64":"?"},"type":"binary"}', 'invalidValue'],
    ['{"path":"a","value":"x","type":"int64"}', 'invalidValue'],
    ['{"path":"a","value":"\\ud800"}', 'invalidValue'],
    ['{"path":"\\ud800","value":1}', 'invalidLine'],
    ['{"path":"a","value":1,"properties":{"kep":true}}', 'invalidProperties'],
    ['{"path":"a","value":1}{"path":"b","value":1}', 'invalidJson'],
    ['{"path":"a","value":01}', 'invalidJson'],
    ['{"path":"a","value":}', 'invalidJson'],
    ['{"path":"a" "value":1}', 'invalidJson'],
    ['{"path":"$SYS/x","value":1}', 'forbidden'],
    ['{"path":"","value":1}', 'invalidPath'],
    ['{"path":"a\\u0000","value":1}', 'invalidPath'],
  ] as const) {
    test(`the line ${line.slice(0, 60)} fails with ${code}`, async () => {
      const api = await started()
      assert.deepEqual(failuresOf(await published(api, `${line}\n`)), [`1 ${code}`])
      assert.equal(api.gateway.statistics().topics, 0)
    })
  }

  test('what is no UTF-8 fails alone', async () => {
    const api = await started()
    const body = Buffer.from('{"path":"a","value":"\xff"}\n{"path":"b","value":1}\n', 'latin1')
    assert.deepEqual(failuresOf(await published(api, body)), ['1 badEncoding'])
  })

  test('failures are listed up to a bound, and counted beyond', async () => {
    const api = await started()
    const { failures, failed, failuresCut } = await published(api, 'x\n'.repeat(linesLimits.failuresMax + 5))
    assert.deepEqual(
      [failures.length, failed, failuresCut],
      [linesLimits.failuresMax, linesLimits.failuresMax + 5, true],
    )
  })

  test('a line that is too long is passed over without being held, and the next is published', async () => {
    const api = await started({ frameBytesMax: 1_000 })
    const long = (bytes: number) => `{"path":"long","value":"${'x'.repeat(bytes)}"}`
    const summary = await published(api, [long(300_000), '{"path":"b","value":1}', long(1_000)].join('\n'))
    assert.deepEqual([summary.accepted, failuresOf(summary)], [1, ['1 tooLarge', '3 tooLarge']])
  })

  test('it does not matter where a stream is cut', async () => {
    const api = await started()
    const body = '{"path":"a","value":"é1"}\n\n{"path":"b","value":2}\r\n{"path":"c","value":3}'
    for (const size of [1, 2, 3, 7]) {
      const pieces = Buffer.from(body).reduce<number[][]>((all, byte, index) => {
        if (index % size === 0) all.push([])
        all.at(-1)?.push(byte)
        return all
      }, [])
      const socket = await api.dial()
      socket.write(head.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))
      for (const piece of pieces) {
        socket.write(`${piece.length.toString(16)}\r\n`)
        socket.write(Buffer.from(piece))
        socket.write('\r\n')
      }
      socket.write('0\r\n\r\n')
      assert.match(await heardOf(socket), /"lines":4,"accepted":3,"failed":0/)
    }
  })

  test('lines are published as they come, and stay when the client leaves', async () => {
    const api = await started()
    const socket = await api.dial()
    socket.write(head + chunk('{"path":"a","value":1}\n{"path":"b",'))
    assert.equal(await (await api.call('/topics/a?wait=10s')).text(), '1')
    assert.deepEqual([api.counted().lineStreams, api.counted().lineStreamsEnded], [1, undefined])
    socket.destroy()
    while (api.counted().lineStreamsEnded === undefined) await new Promise((resolve) => setImmediate(resolve))
    assert.equal((await api.call('/topics/a')).status, 200)
    assert.equal((await api.call('/topics/b')).status, 404)
  })

  test('a compressed stream is read as it comes, and one that is not what it says fails', async () => {
    const api = await started()
    const lines = Array.from({ length: 5_000 }, (_, index) => `{"path":"t/${index % 10}","value":${index}}`).join('\n')
    const summary = await published(api, gzipSync(lines), { 'content-encoding': 'gzip' })
    assert.deepEqual([summary.accepted, await (await api.call('/topics/t/9')).text()], [5_000, '4999'])
    assert.equal(await published(api, 'no gzip', { 'content-encoding': 'gzip' }), '400 badEncoding')
    assert.equal(await published(api, 'x', { 'content-encoding': 'zip' }), '415 unsupportedEncoding')
    assert.equal(await published(api, 'x', { 'content-type': 'image/png' }), '415 unsupportedMediaType')
  })

  test('silence in the middle of a stream ends it, and what came is told', async () => {
    const api = await started({ api: { bodyIdleMs: 20 } })
    const { text, status } = await api.raw(head + chunk('{"path":"a","value":1}\n'))
    assert.equal(status, 408)
    assert.match(text, /"code":"bodyTimeout".*"accepted":1/)
    assert.equal((await api.call('/topics/a')).status, 200)
  })

  test('a stream may take longer than a request may', async () => {
    const api = await started({ http: { requestTimeoutMs: 40, headersTimeoutMs: 40 } })
    const socket = await api.dial()
    socket.write(head.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))
    const endMs = performance.now() + 150
    for (let count = 0; performance.now() < endMs; count++) {
      socket.write(chunk(`{"path":"a","value":${count}}\n`))
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.write('0\r\n\r\n')
    assert.match(await heardOf(socket), /"failed":0/)
  })

  for (const [coding, pack] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)
    test(`zeros behind the end of ${coding} end the connection behind the answer, whether the body comes to its end or not`, async () => {
      const api = await started()
      const packed = pack('{"path":"a","value":1}\n')
      for (const missing of [0, 1_000_000]) {
        const body = Buffer.concat([packed, Buffer.alloc(400_000)])
        const length = body.length + missing
        const field = `content-encoding: ${coding}\r\ncontent-length: ${length}\r\n`
        const head = `POST /api/v1/publish HTTP/1.1\r\nhost: localhost\r\n${field}\r\n`
        const { status, text } = await api.raw(Buffer.concat([Buffer.from(head), body]))
        assert.equal(status, 200)
        assert.match(text, /connection: close.*"accepted":1/is)
      }
    })
})
