import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Writer } from './writer.js'

const highest = Number.MAX_SAFE_INTEGER

/** Each way to write a field, at its longest or near a length that takes one byte more. */
const fields: Readonly<Record<string, (writer: Writer) => void>> = {
  uint: (writer) => writer.uint(20, highest),
  sint: (writer) => writer.sint(20, -(2 ** 52)),
  view: (writer) => writer.view(20, new Uint8Array(150).fill(7)),
  text: (writer) => writer.text(20, '€'.repeat(50)),
  'short text': (writer) => writer.text(20, 'abc'),
  packed: (writer) => writer.packed(20, Array(20).fill(highest)),
  message: (writer) => writer.message(20, { write: (inner) => inner.view(1, new Uint8Array(125)) }, null),
  'empty message': (writer) => writer.message(20, { write: () => undefined }, null),
}

suite('a writer', () => {
  for (const [name, write] of Object.entries(fields)) {
    test(`grows in time, however full it is: ${name}`, () => {
      const alone = new Writer(1_000)
      write(alone)
      for (let filled = 0; filled < 70; filled++) {
        const writer = new Writer(64)
        const before = new Uint8Array(filled).fill(1)
        writer.view(1, before)
        const start = writer.written().length
        write(writer)
        assert.deepEqual(writer.written().slice(start), alone.written().slice(), `${filled} bytes before`)
        assert.deepEqual(writer.written().slice(2, start), before)
      }
    })
  }
})
