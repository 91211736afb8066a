import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { bytes, text } from '../../test/support/memory-peer.js'
import type { ValueType } from '../messages.js'
import { valueAs } from './value-type.js'

/** What is kept of a value under a type, as text; or the code of the refusal. */
function kept(type: ValueType, value: string | Uint8Array): string {
  const result = valueAs(type, typeof value === 'string' ? bytes(value) : value)
  return result instanceof Uint8Array ? text(result) : `refused: ${result.code}`
}

suite('the type of a value', () => {
  test('decides how the value is kept: numbers in their one spelling [SEM 4.4]', () => {
    assert.equal(kept('int64', '+007'), '7')
    assert.equal(kept('double', '1.50'), '1.5')
    assert.equal(kept('string', '+007'), '+007')
  })

  test('refuses what does not fit it [SEM 4.4]', () => {
    assert.equal(kept('int64', '1.5'), 'refused: invalidValue')
    assert.equal(kept('double', 'N/A'), 'refused: invalidValue')
    for (const type of ['string', 'int64', 'double'] as const) {
      assert.equal(kept(type, Uint8Array.of(0x31, 0xff)), 'refused: invalidValue')
    }
  })

  test('json and binary are taken as they are: json is checked when somebody needs its structure [SEM 4.4]', () => {
    assert.equal(kept('json', '{"a":'), '{"a":')
    const odd = Uint8Array.of(0xff)
    assert.equal(valueAs('json', odd), odd)
    assert.equal(valueAs('binary', odd), odd)
  })
})
