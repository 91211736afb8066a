import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { valueBytes } from './value-bytes.js'

suite('cli: values to publish', () => {
  for (const [text, type, bytes] of [
    ['{"a": 1}', 'json', '{"a": 1}'],
    ['{"a": 1}', null, '{"a": 1}'],
    ['21.5', null, '21.5'],
    ['N/A', null, 'N/A'],
    ['{bad', 'string', '{bad'],
    ['aGk=', 'binary', 'hi'],
    ['aGk', 'binary', 'hi'],
    ['', 'binary', ''],
  ] as const) {
    test(`${JSON.stringify(text)} as ${type ?? 'what it is'} is taken without a word`, () => {
      const { bytes: found, note } = valueBytes(text, type)
      assert.deepEqual([Buffer.from(found).toString(), note], [bytes, null])
    })
  }

  for (const [text, type, message] of [
    ['{"a":', 'json', /^rivulet: the value is not JSON \(.+\): mend it/],
    ['', 'json', /is not JSON/],
    ['***', 'binary', /is not base64/],
    ['aGk=aGk=', 'binary', /is not base64/],
    ['a', 'binary', /is not base64/],
  ] as const) {
    test(`${JSON.stringify(text)} published as ${type} is refused instead of stored as something else`, () => {
      assert.throws(() => valueBytes(text, type), { exitCode: 2, message })
    })
  }

  test('bad JSON that silently became a string leaves a note', () => {
    const { bytes, note } = valueBytes('{bad json', null)
    assert.equal(Buffer.from(bytes).toString(), '{bad json')
    assert.match(note ?? '', /^the value is a string, since it is not JSON/)
  })
})
