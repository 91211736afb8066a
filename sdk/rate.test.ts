import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { RivuletError } from './errors.js'
import { parseRate } from './rate.js'

suite('rates of the SDK', () => {
  test('are read, and what is none is an invalid argument', () => {
    assert.equal(parseRate('2/s'), 500)
    assert.throws(
      () => parseRate('fast'),
      (error) => error instanceof RivuletError && error.code === 'invalidArgument' && error.message.includes('2/s'),
    )
  })
})
