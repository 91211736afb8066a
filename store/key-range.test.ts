import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Random } from '../test/support/random.js'
import { prefixRange } from './key-range.js'

/** Characters around which the order of bytes and that of code units differ, or the next one is far away. */
const characters = ['a', 'b', '/', '\u007F', '\u0080', '\uD7FF', '\uE000', '\uFFFF', '\u{10000}', '\u{10FFFF}']

suite('the range of a prefix', () => {
  test('has the keys that begin with it between its ends, and no others', () => {
    const random = new Random(11)
    const text = (): string => `r/${Array.from({ length: random.below(4) }, () => random.pick(characters)).join('')}`
    for (let round = 0; round < 5_000; round++) {
      const [range, key] = [prefixRange(text()), text()]
      const compared = (other: string): number => Buffer.compare(Buffer.from(key), Buffer.from(other))
      const isBetween = compared(range.from) >= 0 && compared(range.below) < 0
      assert.equal(isBetween, range.includes(key), JSON.stringify([range, key]))
    }
  })
})
