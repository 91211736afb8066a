import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { PacketStream } from './packet-stream.js'

const ping = [0xc0, 0]
const small = [0x30, 3, 0, 1, 0x61]
const big = [0x30, 0xac, 2, ...new Array<number>(300).fill(7)]
const packets = [ping, small, big, ping]
const all = Uint8Array.from(packets.flat())

function reading(bytesMax = 1_000) {
  const stream = new PacketStream(bytesMax)
  const got: number[][] = []
  const take = (chunk: Uint8Array, at: number, end: number) => got.push([...chunk.subarray(at, end)]) > 0
  return { stream, got, take }
}

suite('mqtt packet stream', () => {
  test('packets that come in one chunk are cut where they lie', () => {
    const { stream, got, take } = reading()
    assert.equal(stream.take(all, take), 'taken')
    assert.deepEqual([got, stream.isHolding], [packets, false])
  })

  test('packets are cut the same, however the bytes come in pieces', () => {
    for (const length of [1, 2, 3, 7, 100, 301]) {
      const { stream, got, take } = reading()
      for (let at = 0; at < all.length; at += length) stream.take(all.slice(at, at + length), take)
      assert.deepEqual([got, stream.isHolding], [packets, false], `${length}`)
    }
  })

  test('what is held is a copy, so that the chunk can be used again', () => {
    const { stream, got, take } = reading()
    const chunk = Uint8Array.from(small.slice(0, 4))
    stream.take(chunk, take)
    chunk.fill(0)
    stream.take(Uint8Array.from(small.slice(4)), take)
    assert.deepEqual(got, [small])
  })

  test('who wants no more is given the rest later, with what came meanwhile behind it', () => {
    const { stream, got, take } = reading()
    const one = (chunk: Uint8Array, at: number, end: number) => !take(chunk, at, end)
    assert.equal(stream.take(all.slice(0, 8), one), 'waits')
    assert.deepEqual([got, stream.isHolding], [[ping], true])
    for (let at = 8; at < all.length; at += 50) stream.hold(all.slice(at, at + 50))
    assert.equal(stream.goOn(take), 'taken')
    assert.deepEqual([got, stream.isHolding], [packets, false])
  })

  test('a packet above the maximum is known by its length, and one of exactly that length is taken', () => {
    assert.equal(
      reading(303).stream.take(Uint8Array.from(big), () => true),
      'taken',
    )
    assert.equal(
      reading(302).stream.take(Uint8Array.from(big.slice(0, 3)), () => true),
      'tooLarge',
    )
  })

  test('a length of more than four bytes is none', () => {
    const { stream, take } = reading()
    assert.equal(stream.take(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff), take), 'malformed')
  })
})
