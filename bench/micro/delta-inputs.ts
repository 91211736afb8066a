/**
 * Values before and after a change, as gateways see them: made from a seed, so that every run measures the same.
 *
 * The amounts by which they change were set so that fossil-delta makes of them about what it made of the inputs behind
 * the figures in the design (42.8, 32 and 200 bytes), because those inputs are not known.
 */

/** A value and what it becomes. */
export interface Change {
  readonly base: Uint8Array
  readonly target: Uint8Array
}

/** Random numbers below 1, always the same for a seed (mulberry32). */
export type Random = () => number

/** One of the numbers 0 … below - 1. */
export const pick = (random: Random, below: number): number => Math.floor(random() * below)

export function randomFrom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Consecutive changes of one value. */
function changesOf(values: readonly Uint8Array[]): Change[] {
  return values.slice(1).map((target, index) => ({ base: values[index] ?? target, target }))
}

/** A quote of 205 bytes whose bid, ask and volume move by small steps. */
export function quoteChanges(count: number, seed = 7): Change[] {
  const random = randomFrom(seed)
  let bid = 187.24
  let volume = 1_482_300
  const next = (): Uint8Array => {
    bid += (pick(random, 7) - 3) / 100
    volume += pick(random, 500)
    const moving = `"bid":${bid.toFixed(2)},"ask":${(bid + (1 + pick(random, 3)) / 100).toFixed(2)},"last":187.29,"volume":${volume}`
    return toBytes(
      `{"symbol":"EURJPY","exchange":"XOFF","currency":"JPY",${moving},"open":186.9,"high":188.3,"low":186.4,"close":187.1,"status":"open","venue":"LD4","note":"ok"}`,
    )
  }
  return changesOf(Array.from({ length: count + 1 }, next))
}

interface Item {
  readonly id: number
  readonly symbol: string
  readonly venue: string
  readonly price: number
  readonly size: number
  readonly updated: number
}

const venues = ['XNYS', 'XLON', 'XETR', 'XTKS']
const letter = (random: Random): string => String.fromCharCode(65 + pick(random, 26))

function itemFrom(random: Random, id: number): Item {
  return {
    id,
    symbol: letter(random) + letter(random) + letter(random),
    venue: venues[pick(random, venues.length)] ?? '',
    price: pick(random, 100_000) / 100,
    size: pick(random, 10_000),
    updated: 1_732_157_493_123 + pick(random, 10_000_000),
  }
}

const itemBytes = 92.7

/** Items of about so many bytes together. */
export function documentOf(random: Random, bytes: number): Item[] {
  return Array.from({ length: Math.round(bytes / itemBytes) }, (_, index) => itemFrom(random, 1_000 + index))
}

/** A JSON document of so many bytes in which the prices of so many items, spread over it, move by some cents. */
export function documentChanges(count: number, bytes: number, places: number, seed = 2): Change[] {
  const random = randomFrom(seed)
  const items = documentOf(random, bytes)
  const next = (): Uint8Array => {
    for (let place = 0; place < places; place++) {
      const at = Math.floor(((place + random()) * items.length) / places)
      const item = items[at]
      const cents = pick(random, 19) - 9
      if (item) items[at] = { ...item, price: Number((item.price + cents / 100).toFixed(2)) }
    }
    return toBytes(JSON.stringify({ name: 'book', items }))
  }
  return changesOf(Array.from({ length: count + 1 }, next))
}

/** A trade as the lists below hold it: 56 bytes with its comma. */
const tradeFrom = (random: Random, id: number) => ({
  id,
  price: (18_000 + pick(random, 1_000)) / 100,
  size: 100 + pick(random, 900),
  side: pick(random, 2) ? 'buy' : 'sell',
})

/** A JSON array of 4 KB that gets a new element at the front; with `drops` it loses the last one. */
export function listChanges(count: number, drops: boolean, seed = 11): Change[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, () => {
    const trades = Array.from({ length: 79 }, (_, index) => tradeFrom(random, 90_000 - index))
    const kept = drops ? trades.slice(0, -1) : trades
    const base = toBytes(JSON.stringify(trades))
    return { base, target: toBytes(JSON.stringify([tradeFrom(random, 90_001), ...kept])) }
  })
}

/** Values of so many bytes made to be hard: they almost agree, at too many places, or not at all. */
export function hostileChanges(bytes: number, seed = 5): Readonly<Record<string, Change>> {
  const random = randomFrom(seed)
  const from = (byteAt: (at: number) => number): Uint8Array => Uint8Array.from({ length: bytes }, (_, at) => byteAt(at))
  const noise = from(() => pick(random, 256))
  const flipped = (every: number): Change => ({
    base: noise,
    target: noise.map((byte, at) => byte ^ +(at % every === 0)),
  })
  const shorter = ({ base, target }: Change): Change => ({ base, target: target.subarray(0, bytes - 5) })
  const blocks = (length: number): Uint8Array[] =>
    Array.from({ length: Math.ceil(bytes / length) }, (_, at) => noise.subarray(at * length, (at + 1) * length))
  return {
    'noise, other noise': { base: noise, target: from(() => pick(random, 256)) },
    'noise of two values': { base: from(() => pick(random, 2)), target: from(() => pick(random, 2)) },
    'noise of four values': { base: from(() => pick(random, 4)), target: from(() => pick(random, 4)) },
    'all equal, one more': { base: new Uint8Array(bytes), target: new Uint8Array(bytes + 1) },
    'all equal, ones between': { base: new Uint8Array(bytes), target: from((at) => +(at % 9 === 0)) },
    'runs of ten, runs of twelve': { base: from((at) => +(at % 11 === 0)), target: from((at) => +(at % 13 === 0)) },
    'period 7, period 8': { base: from((at) => at % 7), target: from((at) => at % 8) },
    'period 100, period 97': { base: from((at) => at % 100), target: from((at) => at % 97) },
    'seven equal, one not': {
      base: from((at) => (at % 8 === 7 ? pick(random, 256) : at % 8)),
      target: from((at) => (at % 8 === 6 ? pick(random, 256) : (at + 1) % 8)),
    },
    'every second byte': flipped(2),
    'every third byte': flipped(3),
    'every third byte, shorter': shorter(flipped(3)),
    'every fourth byte': flipped(4),
    'every ninth byte': flipped(9),
    'every ninth byte, shorter': shorter(flipped(9)),
    backwards: { base: noise, target: noise.toReversed() },
    'blocks of 12 shuffled': { base: noise, target: joined(shuffled(blocks(12), random)) },
    'blocks of 40, a byte between': {
      base: noise,
      target: joined(blocks(40).flatMap((block) => [block, Uint8Array.of(pick(random, 256))])),
    },
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]))
}

function shuffled<Piece>(pieces: readonly Piece[], random: Random): Piece[] {
  return pieces
    .map((piece) => ({ piece, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ piece }) => piece)
}
