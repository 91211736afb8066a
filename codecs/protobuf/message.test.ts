import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { field, is, repeated, required, uint } from './fields.js'
import { message } from './message.js'
import { OneOf } from './one-of.js'
import { Reader } from './reader.js'
import { Writer } from './writer.js'

interface Sample {
  readonly kind: 'sample'
  readonly first: number
  readonly list: readonly number[]
  readonly last: number
}

/** Field 3 was there once. */
const sample = message<Sample>({
  kind: is('sample'),
  first: field(1, uint),
  list: repeated(2, uint, 2),
  last: required(4, uint),
})

function read(...bytes: readonly number[]): Sample | string {
  const reader = new Reader(Uint8Array.from(bytes))
  const read = sample.read(reader)
  return reader.why ?? read
}

suite('a message by its table', () => {
  test('is written by its rows and read back', () => {
    const writer = new Writer()
    const value: Sample = { kind: 'sample', first: 0, list: [5, 0], last: 0 }
    sample.write(writer, value)
    assert.deepEqual([...writer.written()], [0x10, 5, 0x10, 0, 0x20, 0])
    assert.deepEqual(read(...writer.written()), value)
  })

  test('has numbers skipped that no row has any more', () => {
    assert.deepEqual(read(0x1a, 2, 1, 1, 0x20, 7), { kind: 'sample', first: 0, list: [], last: 7 })
  })

  test('is malformed without what it requires', () => {
    assert.equal(read(0x08, 1), 'byte 2: a message without its last')
  })

  test('is malformed with more of a list than its bound', () => {
    assert.equal(read(0x10, 1, 0x10, 2, 0x10, 3, 0x20, 1), 'byte 5: more than 2 where that is the most')
  })
})

suite('a choice of messages', () => {
  const choice = new OneOf<Sample>({ sample: { field: 3, shape: sample } })

  test('has fields skipped that are no member', () => {
    const reader = new Reader(Uint8Array.of(0x12, 1, 1))
    assert.equal(choice.read(reader, reader.nextField(choice.lastField), null), null)
    assert.equal(reader.why, null)
    assert.equal(reader.nextField(choice.lastField), 0)
  })
})
