/** Messages whose fields leave numbers free, as those of a later version may: no message has such fields yet. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite } from 'mocha'
import { fuzz } from '../../test/support/fuzz.js'
import { field, is, repeated, required, uint } from './fields.js'
import { message } from './message.js'
import { OneOf } from './one-of.js'
import { Reader } from './reader.js'

interface Sparse {
  readonly kind: 'sparse'
  readonly first: number
  readonly list: readonly number[]
  readonly last: number
}

const sparse = message<Sparse>({
  kind: is('sparse'),
  first: field(1, uint),
  list: repeated(3, uint, 2),
  last: required(5, uint),
})

const choice = new OneOf<Sparse>({ sparse: { field: 3, shape: sparse } })

/** Tags of all fields, free ones too, of numbers and of bytes, and what may stand in them. */
const byte = fc.constantFrom(0x08, 0x10, 0x12, 0x18, 0x1a, 0x20, 0x22, 0x28, 0x30, 0, 1, 2, 3, 4, 7, 0x80, 0xff)
const bytes = fc.array(byte, { maxLength: 24 }).map((all) => Uint8Array.from(all))

/** A message with a field whose number is free, one without what is required, one that is cut short, and two. */
const golden = ['1a06100108012801', '1a020801', '1a0428', '1a0228011a022802'].map((hex) =>
  Uint8Array.from(Buffer.from(hex, 'hex')),
)

suite('messages with free numbers', () => {
  fuzz(
    'are read or refused, with all that is required',
    bytes,
    (input) => {
      const reader = new Reader(input)
      let read: Sparse | null = null
      for (let at = reader.nextField(choice.lastField); at !== 0; at = reader.nextField(choice.lastField))
        read = choice.read(reader, at, read)
      if (reader.why === null && read !== null) assert.equal(typeof read.last, 'number')
      else assert.match(reader.why ?? 'byte 0: nothing', /^byte \d+: \w/)
    },
    golden,
  )
})
