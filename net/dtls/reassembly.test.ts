import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Random } from '../../test/support/random.js'
import { dtlsLimits } from './limits.js'
import type { Piece } from './messages.js'
import { messageOf, messageTypes, piecesIn, piecesOf } from './messages.js'
import { Reassembly } from './reassembly.js'

const { certificate, finished } = messageTypes

function pieces(sequence: number, body: Buffer, roomBytes: number): Piece[] {
  return piecesOf(messageOf(certificate, sequence, body), roomBytes).flatMap((piece) => piecesIn(piece) ?? [])
}

suite('reassembly of handshake messages', () => {
  test('hands messages over whole and in order, however their pieces come', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = new Random(seed)
      const bodies = Array.from({ length: 4 }, (_, index) => Buffer.alloc(random.below(900), index + 1))
      const all = bodies.flatMap((body, sequence) => [
        ...pieces(sequence, body, 12 + 1 + random.below(200)),
        ...pieces(sequence, body, 12 + 1 + random.below(200)),
      ])
      const reassembly = new Reassembly(0)
      const heard: Buffer[] = []
      const take = () => {
        for (let message = reassembly.next(); message !== null; message = reassembly.next()) heard.push(message.body)
      }
      // Each comes twice, cut differently, in any order; and all of it until all is there.
      while (heard.length < bodies.length) {
        reassembly.add(random.pick(all))
        take()
      }
      assert.deepEqual(heard, bodies)
    }
  })

  test('a message longer than may be is dropped, and no memory is taken for it', () => {
    const reassembly = new Reassembly(0)
    const length = dtlsLimits.messageBytesMax + 1
    const piece = { type: certificate, length, sequence: 0, offset: 0, bytes: Buffer.alloc(10) }
    assert.equal(reassembly.add(piece), false)
  })

  test('of many long messages that never come to an end as many are kept as fit', () => {
    const reassembly = new Reassembly(0)
    const length = dtlsLimits.messageBytesMax
    const taken = Array.from({ length: dtlsLimits.messagesAheadMax }, (_, sequence) =>
      reassembly.add({ type: certificate, length, sequence, offset: 0, bytes: Buffer.alloc(1) }),
    )
    assert.equal(taken.filter(Boolean).length, dtlsLimits.reassemblyBytesMax / length)
  })

  test('empty pieces of a message that is not empty change nothing, however many', () => {
    const reassembly = new Reassembly(0)
    for (let count = 0; count < 1_000; count++)
      assert.equal(
        reassembly.add({ type: finished, length: 12, sequence: 0, offset: 0, bytes: Buffer.alloc(0) }),
        false,
      )
    assert.equal(reassembly.next(), null)
  })

  test('pieces that contradict each other in kind or length are dropped', () => {
    const reassembly = new Reassembly(0)
    const bytes = Buffer.alloc(4)
    assert.equal(reassembly.add({ type: certificate, length: 8, sequence: 0, offset: 0, bytes }), true)
    assert.equal(reassembly.add({ type: finished, length: 8, sequence: 0, offset: 4, bytes }), false)
    assert.equal(reassembly.add({ type: certificate, length: 9, sequence: 0, offset: 4, bytes }), false)
    assert.equal(reassembly.add({ type: certificate, length: 8, sequence: 0, offset: 4, bytes }), true)
    assert.equal(reassembly.next()?.body.length, 8)
  })

  test('a piece in each second byte is taken up to a bound', () => {
    const reassembly = new Reassembly(0)
    const taken = Array.from({ length: 100 }, (_, index) =>
      reassembly.add({ type: certificate, length: 200, sequence: 0, offset: index * 2, bytes: Buffer.alloc(1) }),
    )
    assert.equal(taken.filter(Boolean).length, dtlsLimits.gapsMax)
  })
})
