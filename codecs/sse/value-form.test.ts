import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { ValueType } from '../../core/index.js'
import { valueForm } from './value-form.js'

const bytes = (text: string) => new TextEncoder().encode(text)

suite('value in an event', () => {
  const cases: readonly (readonly [ValueType, string | Uint8Array, string])[] = [
    ['json', '{"c":21.5}', '{"c":21.5}'],
    ['json', ' [1,\n\t2]\r\n', ' [1, \t2]  '],
    ['json', '"a\\nb"', '"a\\nb"'],
    // Bytes under a type that they do not have.
    ['json', 'N/A', '"N/A"'],
    ['json', '1}\n\nevent: remove\ndata: {', '"1}\\n\\nevent: remove\\ndata: {"'],
    ['json', '', '""'],
    ['json', new Uint8Array([0xff, 0x0a]), '{"base64":"/wo="}'],
    ['string', 'two\nlines "and" quotes\u2028', '"two\\nlines \\"and\\" quotes\u2028"'],
    ['int64', '9007199254740991', '9007199254740991'],
    ['int64', '9007199254740992', '"9007199254740992"'],
    ['int64', '-9223372036854775808', '"-9223372036854775808"'],
    ['double', '0.1', '0.1'],
    ['double', '1e+21', '1e+21'],
    ['binary', 'abc', '{"base64":"YWJj"}'],
    ['binary', '', '{"base64":""}'],
  ]
  for (const [type, value, form] of cases)
    test(`${type} ${JSON.stringify(typeof value === 'string' ? value : [...value])} is ${form}`, () => {
      const written = valueForm({ type, value: typeof value === 'string' ? bytes(value) : value })
      assert.equal(written, form)
      assert.doesNotMatch(written, /[\r\n]/)
      JSON.parse(written)
    })
})
