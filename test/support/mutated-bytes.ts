/** Bytes that are nearly right: golden ones with some of them changed, cut, doubled or taken from another. */
import fc from 'fast-check'

/** Some bytes in place of some others; `from` and `length` are shares of the whole. */
interface Change {
  readonly from: number
  readonly length: number
  readonly bytes: readonly number[]
}

const share = fc.double({ min: 0, max: 1, noNaN: true })
const interesting = fc.oneof(fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff), fc.nat(40), fc.nat(255))
const someBytes = fc.array(interesting, { maxLength: 3 })

const changed = (bytes: readonly number[], change: Change): number[] => {
  const start = Math.floor(change.from * bytes.length)
  return bytes.toSpliced(start, Math.ceil(change.length * bytes.length), ...change.bytes)
}

/** Up to three changes of what `whole` gives; what is put in may be a piece of a golden one. */
export function mutated(
  whole: fc.Arbitrary<readonly number[]>,
  golden: fc.Arbitrary<readonly number[]>,
): fc.Arbitrary<number[]> {
  const piece = fc
    .tuple(golden, share, share)
    .map(([bytes, from, length]) => bytes.slice(from * bytes.length, (from + length) * bytes.length))
  const change: fc.Arbitrary<Change> = fc.record({
    from: share,
    length: fc.oneof(fc.constant(0), fc.constant(0.02), share),
    bytes: fc.oneof({ weight: 3, arbitrary: someBytes }, { weight: 1, arbitrary: piece }),
  })
  return fc
    .tuple(whole, fc.array(change, { maxLength: 3 }))
    .map(([bytes, changes]) => changes.reduce<number[]>(changed, [...bytes]))
}
