import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { suite, test } from 'mocha'
import { Compression, codingFor } from './compression.js'
import { answerLimits } from './limits.js'

suite('http: compression', () => {
  for (const [accepted, expected] of [
    [null, null],
    ['', null],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, br', 'br'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['br;q=0', null],
    ['gzip;q=0.5, identity', null],
    ['*;q=0', null],
    ['deflate', null],
    ['gzip;q=x', null],
  ] as const) {
    test(`for ${JSON.stringify(accepted)} the coding is ${expected ?? 'none'} (RFC 9110 §12.5.3)`, () => {
      assert.equal(codingFor(accepted), expected)
    })
  }

  const text = Buffer.from('the same again and again '.repeat(1_000))
  const compressed = (compression: Compression, key: string, value: Uint8Array) =>
    new Promise<Uint8Array | null>((resolve) => compression.compress('gzip', key, value, resolve))

  test('what was compressed is kept for the next who asks for that version', async () => {
    const compression = new Compression()
    const first = await compressed(compression, 'a', text)
    assert.ok(first !== null && gunzipSync(first).equals(text))
    assert.equal(await compressed(compression, 'a', text), first)
    assert.notEqual(await compressed(compression, 'b', text), first)
  })

  test('what does not become shorter is sent as it is, and so is what comes when too much is at work', async () => {
    const compression = new Compression()
    assert.equal(await compressed(compression, 'a', Buffer.from('x')), null)
    const many = Array.from({ length: answerLimits.compressionsMax + 1 }, (_, index) =>
      compressed(compression, `${index}`, text),
    )
    const refused = (await Promise.all(many)).filter((bytes) => bytes === null)
    assert.equal(refused.length, 1)
  })
})
