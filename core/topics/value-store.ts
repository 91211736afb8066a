import { assert } from '../assert.js'
import { copyOfBytes } from '../copies.js'

/** Bytes of an ordinary slab. */
const slabBytes = 65_536
/** Values start at multiples of this, so that a slab number and a start fit one small integer. */
const unitBytes = 8
const unitsPerSlab = slabBytes / unitBytes
/** Owner and length, 4 bytes each, stand before a value: compaction reads slabs without asking anybody. */
const headerBytes = 8
/** A value above this gets memory of its own, which readers may keep: to copy it for them would cost more than that memory does. */
const sharedBytesMax = slabBytes / 16
/** A slab with less than this share alive is emptied into others. */
const compactBelow = 0.5
/** Big values, of which nothing can be moved, that are passed over at most for each slab that is looked at. */
const passedPerLook = 256
/** Empty slabs kept for the values to come. The memory of more is given back. */
const spareSlabsMax = 16

/** Stands for one that is gone. */
const noSlab: Slab = { bytes: new Uint8Array(0), view: null, alive: 0, filled: 0 }

/** Where a value lies: slab number × 8,192 + start in units of 8 bytes. */
export type ValuePlace = number

/** No value. */
export const nowhere: ValuePlace = -1

interface Slab {
  bytes: Uint8Array
  /** Null: there is one value alone, without a header. */
  view: DataView | null
  /** Bytes in use by values that were not released, headers included. */
  alive: number
  /** Bytes handed out; what follows is free. */
  filled: number
}

/**
 * The current values of all topics, packed into slabs of 64 KiB.
 *
 *     slab: [owner u32 | length u32 | bytes … padding to 8] [owner | length | bytes …] … free
 *
 * A big value is a slab by itself: its bytes are never moved or written again, and live on with whoever still holds them.
 *
 * A JavaScript object for each value would cost as much as the value itself, and a view into a receive buffer would keep the
 * whole buffer alive. A slab is reused, or given back, once nothing in it is alive; one that is mostly dead is emptied by `compact`.
 */
export class ValueStore {
  private readonly slabs: Slab[] = []
  /** Empty slabs of ordinary size, and places in `slabs` without memory. */
  private readonly spare: number[] = []
  private readonly unused: number[] = []
  private current = -1
  private sweepAt = 0
  private held = 0

  /** Copies the bytes in. */
  put(owner: number, value: Uint8Array): ValuePlace {
    if (value.length > sharedBytesMax) return this.putAlone(value)
    const size = sizeOf(value.length)
    const index = this.slabWithRoom(size)
    const slab = this.slabAt(index)
    const { view, filled: start } = slab
    assert(view !== null, 'a small value goes where there are headers')
    view.setUint32(start, owner, true)
    view.setUint32(start + 4, value.length, true)
    slab.bytes.set(value, start + headerBytes)
    slab.filled += size
    slab.alive += size
    return index * unitsPerSlab + start / unitBytes
  }

  /** The value's bytes where they lie: to be read at once, and kept only if `isLasting`. */
  view(place: ValuePlace, length: number): Uint8Array {
    const { bytes, view } = this.slabAt(indexOf(place))
    if (view === null) return bytes
    const start = startOf(place) + headerBytes
    return bytes.subarray(start, start + length)
  }

  /** Whether the bytes of a value of this length stay as they are for who holds them. */
  isLasting(length: number): boolean {
    return length > sharedBytesMax
  }

  /** The value at this place is not needed any more. */
  release(place: ValuePlace, length: number): void {
    const index = indexOf(place)
    const slab = this.slabAt(index)
    assert(slab !== noSlab, 'a value is released once')
    if (slab.view === null) return this.forget(index)
    slab.alive -= sizeOf(length)
    if (slab.alive === 0 && index !== this.current) this.recycle(index, slab)
  }

  /**
   * Looks at the next `slabs` slabs and empties those that are mostly dead. `isOwner` says whether a topic still needs what is at
   * this place, `moved` where it is now.
   */
  compact(
    slabs: number,
    isOwner: (owner: number, place: ValuePlace) => boolean,
    moved: (owner: number, from: ValuePlace, to: ValuePlace) => void,
  ): void {
    const passedMax = Math.min(slabs * passedPerLook, this.slabs.length)
    for (let passed = 0, looked = 0; passed < passedMax && looked < slabs; passed++) {
      this.sweepAt = (this.sweepAt + 1) % this.slabs.length
      const slab = this.slabAt(this.sweepAt)
      const { view, alive, filled } = slab
      if (view === null) continue
      looked += 1
      const isSparse = alive > 0 && alive < filled * compactBelow
      if (isSparse && this.sweepAt !== this.current) this.emptyInto(this.sweepAt, slab, view, isOwner, moved)
    }
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return this.held
  }

  private emptyInto(
    index: number,
    slab: Slab,
    view: DataView,
    isOwner: (owner: number, place: ValuePlace) => boolean,
    moved: (owner: number, from: ValuePlace, to: ValuePlace) => void,
  ): void {
    for (let start = 0; start < slab.filled; ) {
      const owner = view.getUint32(start, true)
      const length = view.getUint32(start + 4, true)
      const place = index * unitsPerSlab + start / unitBytes
      start += sizeOf(length)
      if (!isOwner(owner, place)) continue
      moved(owner, place, this.put(owner, this.view(place, length)))
      slab.alive -= sizeOf(length)
    }
    this.recycle(index, slab)
  }

  private putAlone(value: Uint8Array): ValuePlace {
    return this.add({ bytes: copyOfBytes(value), view: null, alive: 0, filled: 0 }) * unitsPerSlab
  }

  private slabWithRoom(size: number): number {
    const slab = this.slabs[this.current]
    if (slab && slab.filled + size <= slabBytes) return this.current
    const left = this.current
    this.current = this.spare.pop() ?? this.add(newSlab())
    // The slab that was just left may have died while it was still being filled.
    if (slab && slab.alive === 0) this.recycle(left, slab)
    return this.current
  }

  private add(slab: Slab): number {
    const index = this.unused.pop() ?? this.slabs.length
    this.slabs[index] = slab
    this.held += slab.bytes.length
    return index
  }

  private recycle(index: number, slab: Slab): void {
    if (this.spare.length >= spareSlabsMax) return this.forget(index)
    slab.alive = 0
    slab.filled = 0
    this.spare.push(index)
  }

  /** Gives its memory back. */
  private forget(index: number): void {
    this.held -= this.slabAt(index).bytes.length
    this.slabs[index] = noSlab
    this.unused.push(index)
  }

  private slabAt(index: number): Slab {
    const slab = this.slabs[index]
    if (!slab) throw new RangeError(`there is no slab ${index}`)
    return slab
  }
}

function newSlab(): Slab {
  const bytes = new Uint8Array(slabBytes)
  return { bytes, view: new DataView(bytes.buffer), alive: 0, filled: 0 }
}

function sizeOf(length: number): number {
  return (headerBytes + length + unitBytes - 1) & ~(unitBytes - 1)
}

function indexOf(place: ValuePlace): number {
  return Math.floor(place / unitsPerSlab)
}

function startOf(place: ValuePlace): number {
  return (place % unitsPerSlab) * unitBytes
}
