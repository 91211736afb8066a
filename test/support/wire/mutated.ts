/** Frames that are nearly right: golden ones with some bytes changed, cut, doubled or taken from another. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'

function framesOf(name: string): number[][] {
  const text = readFileSync(new URL(`../../../proto/vectors/${name}.json`, import.meta.url), 'utf8')
  return [...text.matchAll(/"hex": "([0-9a-f]*)"/g)].map(([, hex = '']) => [...Buffer.from(hex, 'hex')])
}

/** A topic described without what is usual, as other gateways may; ours says it all. [PROTOCOL 3.10] */
const sparse = [...Buffer.from('1a0b520912070a016118014200', 'hex')]

/** Of both directions, and malformed ones: what is right in one place may be interesting in another. */
const golden = fc.constantFrom(...['from-client', 'from-gateway', 'malformed'].flatMap(framesOf), sparse)

/** Some bytes in place of some others; `from` and `length` are shares of the frame. */
interface Change {
  readonly from: number
  readonly length: number
  readonly bytes: readonly number[]
}

const share = fc.double({ min: 0, max: 1, noNaN: true })
const interesting = fc.oneof(fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff), fc.nat(40), fc.nat(255))
const someBytes = fc.array(interesting, { maxLength: 3 })
const piece = fc
  .tuple(golden, share, share)
  .map(([frame, from, length]) => frame.slice(from * frame.length, (from + length) * frame.length))

const change: fc.Arbitrary<Change> = fc.record({
  from: share,
  length: fc.oneof(fc.constant(0), fc.constant(0.02), share),
  bytes: fc.oneof({ weight: 3, arbitrary: someBytes }, { weight: 1, arbitrary: piece }),
})

const changed = (frame: readonly number[], { from, length, bytes }: Change): number[] => {
  const start = Math.floor(from * frame.length)
  return frame.toSpliced(start, Math.ceil(length * frame.length), ...bytes)
}

/** A few golden frames behind each other, then changed in a few places. */
export const mutatedFrame = fc
  .tuple(fc.array(golden, { minLength: 1, maxLength: 3 }), fc.array(change, { maxLength: 3 }))
  .map(([frames, changes]) => Uint8Array.from(changes.reduce(changed, frames.flat())))
