/** What several tests of this folder share. */
import fc from 'fast-check'
import { deltaBytesMax } from './diff.js'
import type { Edit } from './edit.js'
import { startEdit } from './edit.js'
import { encode } from './encode.js'

/** The same random cases in every run. */
export const seed = 20_251_121

export const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const joined = (...pieces: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(pieces))

/**
 * A second implementation, written from the clauses as literally as possible and with nothing in common with the first:
 * the value, or null where a clause is broken.
 */
export function applyByTheBook(base: Uint8Array, delta: Uint8Array, bytesMax: number): Uint8Array | null {
  const rest = [...delta]
  const value: number[] = []
  const take = (count: number): number[] => (count > rest.length ? fail() : rest.splice(0, count))
  const integer = (): number => {
    const end = rest.findIndex((byte) => byte < 128) + 1
    const groups = end === 0 ? fail() : take(end)
    const number = groups.reduce((sum, byte, index) => sum + (byte % 128) * 128 ** index, 0)
    return (end > 1 && groups[end - 1] === 0) || number >= 2 ** 31 ? fail() : number
  }
  const operation = (code: number, at: number): number => {
    const isReplace = code < 240
    const [copyField, insertField] = isReplace ? [Math.floor(code / 5), (code % 5) + 1] : [47, code - 240]
    const copied = isReplace ? copyField + (copyField === 47 ? integer() : 0) : integer()
    const inserted = insertField + (insertField === (isReplace ? 5 : 15) ? integer() : 0)
    const zigzag = isReplace ? 0 : integer()
    if (at + copied > base.length || value.length + copied + inserted > bytesMax) fail()
    value.push(...base.subarray(at, at + copied), ...take(inserted))
    const moved = zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2
    const next = isReplace ? Math.min(at + copied + inserted, base.length) : at + copied + moved
    return next < 0 || next > base.length ? fail() : next
  }
  try {
    let at = 0
    while (rest.length > 0) at = operation(rest.shift() ?? 0, at)
    return value.length + base.length - at > bytesMax ? null : Uint8Array.of(...value, ...base.subarray(at))
  } catch (error) {
    if (error instanceof Broken) return null
    throw error
  }
}

class Broken extends Error {}

function fail(): never {
  throw new Broken()
}

/** A finished diff, for what only the inside knows: how many steps it took. */
export function diffed(base: Uint8Array, target: Uint8Array): { readonly edit: Edit; readonly isWorth: boolean } {
  const bytesMax = Math.max(0, deltaBytesMax(target.length))
  const edit = startEdit(base, target, new Uint8Array(bytesMax), 0, bytesMax)
  return { edit, isWorth: encode(edit) }
}

/** A change to bytes: cut some out at a place, and put some in, new ones or a copy of a stretch from elsewhere. */
interface Cut {
  readonly place: number
  readonly removed: number
  readonly inserted: Uint8Array
  readonly copyFrom: number
  readonly copied: number
}

const cuts = fc.record<Cut>({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(60)),
  inserted: fc.oneof(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 40 })),
  copyFrom: fc.double({ min: 0, max: 1, noNaN: true }),
  copied: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(400) }),
})

function cut(bytes: Uint8Array, { place, removed, inserted, copyFrom, copied }: Cut): Uint8Array {
  const at = Math.floor(place * bytes.length)
  const from = Math.floor(copyFrom * bytes.length)
  return joined(bytes.subarray(0, at), inserted, bytes.subarray(from, from + copied), bytes.subarray(at + removed))
}

/** Bytes of few kinds meet often, of many kinds hardly ever; both are in here, and so are long ones. */
const byteStrings = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.uint8Array({ maxLength: 300, max: 1 }),
  fc.uint8Array({ maxLength: 300, max: 3 }),
  fc.uint8Array({ minLength: 300, maxLength: 3_000, size: 'max' }),
  fc.json({ maxDepth: 4, stringUnit: 'grapheme' }).map(toBytes),
)

/** A value and one made of it by a few cuts. */
export const edited = fc
  .tuple(byteStrings, fc.array(cuts, { maxLength: 8 }))
  .map(([base, changes]) => ({ base, target: changes.reduce(cut, base) }))

/** Two values that know nothing of each other. */
export const unrelated = fc.record({ base: byteStrings, target: byteStrings })
