import type { Audience, HeldVersion, itemFlags, Update } from '../../core/index.js'
import { diffInto } from '../delta/index.js'
import { encoderLimits } from './limits.js'
import { attributes, valueType } from './shared-messages.js'
import type { Writer } from './writer.js'

/** Makes raw deflate (RFC 1951) of a value. */
export type Deflate = (value: Uint8Array) => Uint8Array

/** One update as one kind of receiver is to get it; the words are those of `Batch`. */
export interface OutgoingUpdate {
  readonly update: Update
  /** The version that the receiver holds, when a delta may be sent; else null. */
  readonly base: HeldVersion | null
  /** Bits of `itemFlags`. */
  readonly flags: number
  readonly audience: Audience
  /** Null: values go out as they are. */
  readonly deflate: Deflate | null
}

/** Core's flags once more, since a codec imports only types; the compiler compares the bits. */
const flag: typeof itemFlags = { bind: 1, snapshot: 2, gap: 4, follows: 8, again: 16 }

/** Differences of times below this fit a zigzag number of 53 bits. [PROTOCOL 8.4] */
const elapsedMsLimit = 2 ** 52

// Deltas are made here and then copied: values longer than this are so rare that they get memory of their own.
const scratch = new Uint8Array(65_536)

/** Writes an `Update`, its fields in the order of their numbers. [PROTOCOL 4, 8.1] */
export const updates = { write: writeUpdate }

function writeUpdate(writer: Writer, item: OutgoingUpdate): void {
  const { update } = item
  const delta = update.value.length > scratch.length ? new Uint8Array(update.value.length) : scratch
  const deltaBytes = writeDelta(item, delta)
  const deflated = deltaBytes < 0 ? deflatedOf(item) : null
  const heldOffset = heldOffsetOf(item)
  const elapsedMs = update.timeMs - heldTimeMsOf(item)
  const isRelative = heldOffset > 0 && heldOffset < update.offset && Math.abs(elapsedMs) < elapsedMsLimit

  if (update.topic.id !== 0) writer.uint(1, update.topic.id)
  if (deltaBytes >= 0) writer.view(2, delta, deltaBytes)
  if (isRelative) writeDistance(writer, update.offset - heldOffset - 1, elapsedMs)
  if (deltaBytes < 0 && update.content === 'value') writer.view(5, deflated ?? update.value)
  if (!isRelative) writeOffsetAndTime(writer, update)
  writeBack(writer, update, isRelative ? heldOffset : 0)
  writeRest(writer, item, deflated !== null)
}

/** Who may not know the id may not hold the base either. [PROTOCOL 4.5] */
const baseOf = ({ base, flags }: OutgoingUpdate): HeldVersion | null => ((flags & flag.bind) === 0 ? base : null)

/** The offset that the receiver holds of this topic; 0 where that is not known. */
function heldOffsetOf(item: OutgoingUpdate): number {
  const base = baseOf(item)
  if (base !== null) return base.offset
  return (item.flags & (flag.follows | flag.bind)) === flag.follows ? item.update.previous : 0
}

const heldTimeMsOf = (item: OutgoingUpdate): number => baseOf(item)?.timeMs ?? item.update.previousTimeMs

/** Makes the delta and gives its length; -1 where the value is to be sent. */
function writeDelta(item: OutgoingUpdate, out: Uint8Array): number {
  const base = baseOf(item)
  return base !== null && item.update.content === 'value' ? diffInto(base.value, item.update.value, out, 0) : -1
}

/** Null where deflating is not possible or not worth it. [PROTOCOL 8.3] */
function deflatedOf({ update: { value }, audience, deflate }: OutgoingUpdate): Uint8Array | null {
  if (deflate === null || !audience.features.deflate || value.length < encoderLimits.deflateBytesMin) return null
  const deflated = deflate(value)
  return deflated.length < value.length ? deflated : null
}

/** [PROTOCOL 4.4] */
function writeDistance(writer: Writer, skipped: number, elapsedMs: number): void {
  if (skipped !== 0) writer.uint(3, skipped)
  if (elapsedMs !== 0) writer.sint(4, elapsedMs)
}

/** [PROTOCOL 4.3] */
function writeOffsetAndTime(writer: Writer, { offset, timeMs }: Update): void {
  writer.uint(6, offset)
  if (timeMs !== 0) writer.uint(7, timeMs)
}

/** `implied` is the previous offset that the receiver takes it to be where nothing is said. */
function writeBack(writer: Writer, { offset, previous }: Update, implied: number): void {
  if (previous !== implied) writer.uint(8, offset - previous)
}

function writeRest(writer: Writer, item: OutgoingUpdate, isDeflated: boolean): void {
  const { update, flags } = item
  if ((flags & flag.bind) !== 0) writePath(writer, item.audience.outwardPath(update.topic.path))
  if (saysType(item)) valueType.write(writer, 11, update.type)
  if ((flags & flag.snapshot) !== 0) writer.bool(12, true)
  if (update.content === 'removed') writer.bool(13, true)
  if ((flags & flag.gap) !== 0) writer.bool(14, true)
  if (isDeflated) writer.bool(15, true)
  if (update.attributes !== null) writer.message(16, attributes, update.attributes)
  if (update.content === 'none') writer.bool(17, true)
}

/** [PROTOCOL 4.1] */
function writePath(writer: Writer, path: string): void {
  if (path === '') writer.bool(10, true)
  else writer.text(9, path)
}

/** [PROTOCOL 4.6] */
const saysType = (item: OutgoingUpdate): boolean =>
  item.update.content !== 'removed' && baseOf(item)?.type !== item.update.type
