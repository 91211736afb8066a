import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite } from 'mocha'
import { fuzz } from '../../test/support/fuzz.js'
import { toBase64url } from './base64url.js'
import { checksum } from './checksum.js'
import { formatPosition, formatVersion, parsePosition, parseVersion } from './index.js'

/** Small numbers of one byte, mostly, so that inputs get past the first; some of many bytes. */
const byte = fc.oneof({ weight: 4, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: fc.nat(255) })
const numbers = fc.oneof(
  fc.array(byte, { maxLength: 60, size: 'max' }),
  // As many bytes as no number has, and none that is not needed.
  fc
    .tuple(fc.nat(9), fc.constantFrom(0, 1, 0x7f))
    .map(([count, last]) => [...new Array<number>(count).fill(0xff), last, 0]),
)
/** Whatever stands in front of a check value that is right. */
const content = fc
  .tuple(fc.constantFrom(0x11, 0x11, 0x21, 0x12), fc.array(fc.nat(255), { minLength: 8, maxLength: 8 }), numbers)
  .map(([format, epoch, rest]) => [format, ...epoch, ...rest])
const sealed = fc.oneof({ weight: 9, arbitrary: content }, { weight: 1, arbitrary: fc.array(byte) }).map((bytes) => {
  const check = checksum(bytes)
  return toBase64url([...bytes, ...[24, 16, 8, 0].map((shift) => (check >>> shift) & 255)])
})

suite('positions and versions from outside', () => {
  fuzz(
    'whatever comes back is nothing, or a position or a version that is written in this one way',
    fc.oneof({ weight: 9, arbitrary: sealed }, { weight: 1, arbitrary: fc.string({ maxLength: 20 }) }),
    (text) => {
      const position = parsePosition(text)
      if (position !== null) assert.equal(formatPosition(position), text)
      const version = parseVersion(text)
      if (version !== null) assert.equal(formatVersion(version.epoch, version.version), text)
      assert.ok(position === null || version === null)
    },
    ['', '!', 'A', 'AAAA', 'AAAAAA', 'AAAAAAAA', formatPosition({ epoch: '0'.repeat(16), offset: 300, held: [] })],
  )
})
