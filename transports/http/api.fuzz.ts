/** Whatever comes over a real socket: core makes no mistake, nobody waits for ever, and others are served. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { ApiGateway, heardOf } from '../../test/support/api-gateway.js'
import { within } from '../../test/support/deadline.js'

const seconds = Number(process.env.FUZZ_SECONDS ?? 60) / 10
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

const methods = fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS', 'QUERY')
const words = fc.constantFrom(
  'a',
  'b/c',
  '%23',
  '%2B',
  '%ff',
  '%2e%2e',
  '//',
  '$SYS',
  '?path=',
  '&',
  '=',
  'wait=1ms',
  'type=int64',
  'select=%23',
  'limit=1',
  'after=x',
  '%',
  'é',
  '\\',
  '..',
)
const calls = fc.constantFrom(
  '/topics/',
  '/topics',
  '/topic?path=a',
  '/publish',
  '/openapi.json',
  '/',
  '/sessions/',
  '',
)
const target = fc
  .tuple(calls, fc.array(words, { maxLength: 4 }))
  .map(([call, rest]) => `/api/v1${call}${rest.join('')}`)
const fields = fc.constantFrom(
  ...[
    'content-type: application/json',
    'content-type: application/merge-patch+json',
    'content-type: application/json-patch+json',
  ],
  ...[
    'content-type: application/x-ndjson',
    'content-encoding: gzip',
    'if-match: *',
    'if-none-match: "a", W/"b"',
    'if-none-match: a',
  ],
  ...[
    'range: bytes=0-1,-1',
    'range: bytes=9-',
    'if-range: "x"',
    'idempotency-key: k',
    'accept-encoding: gzip, br;q=0.5',
    'origin: null',
  ],
  ...[
    'authorization: Basic eDp5',
    'authorization: x',
    'expect: 100-continue',
    'x: \u0001',
    'content-length: 1',
    'host: b c',
  ],
)
const json = fc.json().map((text) => Buffer.from(text))
const lines = fc.array(
  fc.oneof(
    fc
      .record({ path: fc.string({ maxLength: 5 }), value: fc.jsonValue() }, { requiredKeys: [] })
      .map((line) => JSON.stringify(line)),
    fc.string(),
  ),
  { maxLength: 5 },
)
const patches = fc.array(
  fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path: fc.constantFrom('', '/a', '/-', '/0'),
    from: fc.constantFrom('', '/a'),
    value: fc.jsonValue(),
  }),
  { maxLength: 4 },
)
const bodies = fc.oneof(
  json,
  lines.map((all) => Buffer.from(all.join('\n'))),
  patches.map((all) => Buffer.from(JSON.stringify(all))),
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
)

const request = fc
  .tuple(methods, target, fc.array(fields, { maxLength: 4 }), bodies, fc.boolean())
  .map(([method, path, head, body, isChunked]) => {
    const framing = isChunked ? 'transfer-encoding: chunked' : `content-length: ${body.length}`
    const start = `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${[...head, framing].join('\r\n')}\r\n\r\n`
    const end = body.length > 0 ? [`${body.length.toString(16)}\r\n`, body, '\r\n0\r\n\r\n'] : ['0\r\n\r\n']
    return Buffer.concat([start, ...(isChunked ? end : [body])].map((piece) => Buffer.from(piece)))
  })

suite('http api over a real socket', () => {
  test(`requests of all kinds are answered or refused, and the next client is served (seed ${seed})`, async () => {
    const failures: unknown[] = []
    const options = { failed: (error: unknown) => failures.push(error) }
    const api = await ApiGateway.start({
      gateway: options,
      http: {
        connectsPerSecond: 1e6,
        connectBurst: 1e6,
        connectsPerSecondPerAddress: 1e6,
        connectBurstPerAddress: 1e6,
      },
      api: { bodyIdleMs: 50, bodyMs: 100 },
      frameBytesMax: 1_000,
    })
    const last =
      'PUT /api/v1/topics/last HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 1\r\n\r\n1'
    const check = async (requests: readonly Buffer[], pieceBytes: number) => {
      const bytes = Buffer.concat([...requests, Buffer.from(last)])
      const socket = await api.dial()
      const heard = heardOf(socket)
      for (let at = 0; at < bytes.length; at += pieceBytes) socket.write(bytes.subarray(at, at + pieceBytes))
      const text = await within('the end of a connection', heard)
      // What cannot be read behind a request may end its connection before the answer has left.
      assert.match(text, /^(?:HTTP\/1\.1 \d{3} |$)/)
      assert.doesNotMatch(text, /^HTTP\/1\.1 500|"status":500/m)
      assert.deepEqual([failures, api.warnings], [[], []])
      assert.equal((await api.put('/topics/next', '1')).ok, true)
    }
    await fc.assert(fc.asyncProperty(fc.array(request, { maxLength: 4 }), fc.constantFrom(7, 65_536), check), {
      seed,
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: seconds * 1_000,
      markInterruptAsFailure: false,
    })
    await api.close()
  })
})
