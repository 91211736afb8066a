import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { jsonLimits } from './limits.js'
import { isJsonText, skipValue } from './scan.js'

const isWhole = (text: string) => {
  const bytes = Buffer.from(text)
  return skipValue(bytes, 0, bytes.length) === bytes.length
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

suite('http: json is found where it stands', () => {
  test('whatever JSON there is ends where it ends', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, rest) => {
        const bytes = Buffer.from(`${json} ${rest}`)
        assert.equal(skipValue(bytes, 0, bytes.length), Buffer.byteLength(json))
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('what the platform does not parse is not taken, and the other way round', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'u00e',
      '"a"',
      '1',
      '-',
      '.',
      'e',
      '+',
      '0',
      'true',
      'null',
      'fals',
      ' ',
      '\n',
      '\t',
      '\u0001',
      'é',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('')
        // White space around a value is the caller's to skip.
        if (text.trim() === text) assert.equal(isWhole(text), parses(text), text)
      }),
      { seed: 1, numRuns: 20_000 },
    )
  })

  test('a text is one value in UTF-8, with white space around it at most', () => {
    const found = [' {"a":1}\r\n', '1 2', '', ' ', '"\xff"', '{"a":1', '"é"'].map((text) =>
      isJsonText(Buffer.from(text, text === '"é"' ? 'utf8' : 'latin1')),
    )
    assert.deepEqual(found, [true, false, false, false, false, false, true])
  })

  test('deeper than the bound is not taken', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    assert.ok(isWhole(nested(jsonLimits.depthMax)))
    assert.ok(!isWhole(nested(jsonLimits.depthMax + 1)))
    assert.ok(!isWhole('{"a":'.repeat(100_000)))
  })

  test('a value that its piece cuts short is not taken', () => {
    const json = Buffer.from('{"a":[1.5e3,"b\\u00e9",true,null]}')
    for (let end = 0; end < json.length; end++) assert.equal(skipValue(json, 0, end), -1, String(end))
  })
})
