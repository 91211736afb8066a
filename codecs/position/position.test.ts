import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import type { Position, Version } from '../../core/index.js'
import { fromBase64url, toBase64url } from './base64url.js'
import { checksum } from './checksum.js'
import { formatPosition, formatVersion, parsePosition, parseVersion } from './index.js'

const epochs = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const offsets = fc.oneof(fc.nat(), fc.maxSafeNat())
const topicIds = fc.integer({ min: 0, max: 2 ** 32 - 1 })

const plain = { noNullPrototype: true } as const

const positions: fc.Arbitrary<Position> = fc.record(
  {
    epoch: epochs,
    offset: offsets,
    held: fc.array(fc.record({ topicId: topicIds, offset: offsets }, plain), { maxLength: 16 }),
  },
  plain,
)

const versions: fc.Arbitrary<Version> = fc.record({ offset: offsets, previous: offsets }, plain)

const epoch = '00112233445566ff'
const example: Position = { epoch, offset: 300, held: [{ topicId: 7, offset: 299 }] }

/** Any bytes, with a good check value. */
function sealed(bytes: readonly number[]): string {
  const check = checksum(bytes)
  return toBase64url([...bytes, check >>> 24, (check >>> 16) & 0xff, (check >>> 8) & 0xff, check & 0xff])
}

/** All that differ from a text in one character, and all that are cut or longer by one. */
function editsOf(text: string): string[] {
  const places = [...text].map((_, place) => place)
  const changed = places.flatMap((place) =>
    ['A', 'b', '_', ' ', '=', 'é']
      .filter((character) => character !== text[place])
      .map((character) => text.slice(0, place) + character + text.slice(place + 1)),
  )
  return [...changed, ...places.map((place) => text.slice(0, place)), `${text}A`, `A${text}`, `${text}=`]
}

suite('positions and versions as text', () => {
  test('a position is read back as it was written [SEM 1.3]', () => {
    fc.assert(fc.property(positions, (each) => assert.deepEqual(parsePosition(formatPosition(each)), each)))
  })

  test('a version is read back as it was written [SEM 1.2]', () => {
    fc.assert(
      fc.property(epochs, versions, (epoch, version) =>
        assert.deepEqual(parseVersion(formatVersion(epoch, version)), { epoch, version }),
      ),
    )
  })

  test('the longest position has at most 400 characters [SEM 1.4]', () => {
    const worst = { topicId: 2 ** 32 - 1, offset: Number.MAX_SAFE_INTEGER }
    const text = formatPosition({ epoch, offset: worst.offset, held: Array(16).fill(worst) })
    assert.equal(text.length, 307)
    assert.equal(formatVersion(epoch, { offset: worst.offset, previous: worst.offset }).length, 39)
  })

  test('the texts are those that clients already hold', () => {
    assert.equal(formatPosition(example), 'EQARIjNEVWb_rAIBB6sCJ2_nkQ')
    assert.equal(formatVersion(epoch, { offset: 300, previous: 299 }), 'IQARIjNEVWb_rAKrAj3HtxI')
  })

  test('a text that was cut or edited is recognised [SEM 1.3]', () => {
    const text = formatPosition(example)
    assert.deepEqual(
      editsOf(text).filter((edited) => parsePosition(edited) !== null),
      [],
    )
  })

  test('whatever text comes, it is refused or means what it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(parsePosition(text), null)
        assert.equal(parseVersion(text), null)
      }),
    )
  })

  test('a version is no position, and the other way round', () => {
    assert.equal(parsePosition(formatVersion(epoch, { offset: 1, previous: 0 })), null)
    assert.equal(parseVersion(formatPosition(example)), null)
  })

  const head = [0x11, ...Buffer.from(epoch, 'hex')]
  const broken: readonly (readonly [string, readonly number[]])[] = [
    ['nothing at all', []],
    ['another format', [0x12, ...head.slice(1), 1, 0]],
    ['an epoch cut short', head.slice(0, 5)],
    ['no offset', head],
    ['an offset cut short', [...head, 0x80]],
    ['an offset longer than it need be', [...head, 0x81, 0x00, 0]],
    ['an offset beyond 53 bits', [...head, ...Array(7).fill(0xff), 0x1f, 0]],
    ['an offset without end', [...head, ...Array(300).fill(0xff)]],
    ['an offset of endless zeros', [...head, ...Array(300).fill(0x80), 1, 0]],
    ['no count', [...head, 1]],
    ['a pair too few', [...head, 1, 1, 5]],
    ['a pair too many', [...head, 1, 0, 5, 5]],
    ['seventeen held topics', [...head, 1, 17, ...Array(34).fill(5)]],
  ]
  for (const [name, bytes] of broken) {
    test(`a position with a right check value but ${name} is refused`, () => {
      assert.equal(parsePosition(sealed(bytes)), null)
    })
  }

  const brokenVersions: readonly (readonly [string, readonly number[]])[] = [
    ['another format', [0x22, ...head.slice(1), 1, 0]],
    ['no previous offset', [0x21, ...head.slice(1), 1]],
    ['something behind it', [0x21, ...head.slice(1), 1, 0, 0]],
  ]
  for (const [name, bytes] of brokenVersions) {
    test(`a version with a right check value but ${name} is refused`, () => {
      assert.equal(parseVersion(sealed(bytes)), null)
    })
  }

  test('bytes as base64url are those of RFC 4648, and nothing else is', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url')
        assert.equal(toBase64url([...bytes]), text)
        assert.deepEqual(fromBase64url(text), [...bytes])
      }),
    )
    for (const wrong of ['A', 'AAAAA', 'AB', 'AAB', 'A=', 'AA==', 'A+A', 'AA/A'])
      assert.equal(fromBase64url(wrong), null)
  })

  test('an epoch that is not 16 hex digits is our own mistake', () => {
    for (const wrong of ['', 'xyz', epoch.toUpperCase(), `${epoch}00`]) {
      assert.throws(() => formatVersion(wrong, { offset: 1, previous: 0 }), RangeError)
    }
  })

  test('the check value is CRC-32', () => {
    assert.equal(checksum([...Buffer.from('123456789')]), 0xcbf43926)
  })
})
