import { consider } from './candidates.js'
import type { Edit } from './edit.js'
import { mayChoose, noGain } from './edit.js'
import { choiceBytesMax, indexedPlacesMax, indexSlotBitsMax, judgedRunBytes } from './limits.js'
import { matchBackward } from './match.js'

/** Where in the base the blocks of the target stand: found through a table from a block's hash to the first place that has it. */
export interface BlockSearch {
  readonly base: DataView
  readonly target: DataView
  /**
   * By the upper bits of a block's hash: the lower 18 bits, then in 14 bits the number of the first known place with that
   * hash + 1; 0: none. The bits of the hash spare most looks at the base.
   */
  readonly slots: Int32Array
  /** How far a hash must be moved right to fit the table. */
  readonly shift: number
  /** Bytes from one known place to the next. */
  readonly stride: number
  /** No block of the target that begins before this place is known. It keeps the search linear. */
  searchedTo: number
}

/** Bytes of a block: what a copy from elsewhere costs, twice over. */
const blockBytes = 8

/** Bits of the smallest table. */
const slotBitsMin = 8

/** Bits of a slot that number a known place, with one more number for none. */
const numberBits = indexSlotBitsMax
const numberMask = 0x3fff

// One table serves all diffs of a thread, because a diff never waits and leaves nothing in it that the next one trusts.
const memory = /* @__PURE__ */ new Int32Array(16_384)

/** Indexes the base. */
export function startBlockSearch(edit: Edit): BlockSearch {
  const base = viewOf(edit.base)
  const places = Math.max(0, base.byteLength - blockBytes + 1)
  const stride = Math.max(1, Math.ceil(places / indexedPlacesMax))
  const known = Math.ceil(places / stride)
  const bits = Math.min(indexSlotBitsMax, Math.max(slotBitsMin, 33 - Math.clz32(known)))
  const slots = memory.subarray(0, 2 ** bits).fill(0)
  const shift = 32 - bits
  // Backwards, so that the first of equal blocks stays: runs are longest from there.
  for (let number = known - 1; number >= 0; number--) {
    const hashed = hash(base.getInt32(number * stride), base.getInt32(number * stride + 4))
    slots[hashed >>> shift] = (hashed << numberBits) | (number + 1)
  }
  edit.steps += known
  return { base, target: viewOf(edit.target), slots, shift, stride, searchedTo: edit.prefix }
}

/** Considers the next block of the target that the base has, and the better ones close behind it. */
export function findBlock(edit: Edit, search: BlockSearch): void {
  let alignment = noGain
  let at = Math.max(edit.targetAt, search.searchedTo)
  let end = searchEnd(edit, at)
  edit.steps++
  for (; at < end && (alignment === noGain || mayChoose(edit)); at++) {
    edit.steps++
    const place = placeOf(search, at)
    // The same alignment as before is the same run, already considered.
    if (place < 0 || place - at === alignment) continue
    if (alignment === noGain) {
      search.searchedTo = at
      end = Math.min(end, at + choiceBytesMax)
    }
    alignment = place - at
    considerBlock(edit, place, at)
  }
  if (alignment === noGain) search.searchedTo = at
}

/** As far as the work lasts; where a small edit has been found already, only close by. */
function searchEnd(edit: Edit, at: number): number {
  const farthest = Math.min(edit.targetEnd - blockBytes + 1, at + edit.stepsAllowed - edit.steps)
  return edit.gain === noGain ? farthest : Math.min(farthest, edit.targetAt + choiceBytesMax)
}

function considerBlock(edit: Edit, place: number, at: number): void {
  const most = Math.min(at - edit.targetAt, place, judgedRunBytes)
  const before = matchBackward(edit.base, place, edit.target, at, most)
  edit.steps += before
  consider(edit, place - before - edit.baseAt, at - before - edit.targetAt)
}

/** The known place in the base of the target's block at `at`, or -1. */
function placeOf(search: BlockSearch, at: number): number {
  const first = search.target.getInt32(at)
  const second = search.target.getInt32(at + 4)
  const hashed = hash(first, second)
  const slot = search.slots[hashed >>> search.shift] ?? 0
  if ((slot ^ (hashed << numberBits)) >>> numberBits !== 0) return -1
  const place = ((slot & numberMask) - 1) * search.stride
  return place >= 0 && search.base.getInt32(place) === first && search.base.getInt32(place + 4) === second ? place : -1
}

/** Two odd multipliers without pattern (of the golden ratio, and of MurmurHash3); the upper bits are the best mixed. */
function hash(first: number, second: number): number {
  return (Math.imul(first, 0x9e3779b1) + Math.imul(second, 0x85ebca6b)) | 0
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
