import { startEdit } from './edit.js'
import { encode } from './encode.js'
import { savedBytesMin, savedShareShift, valueBytesMax } from './limits.js'

// Most deltas are built here and then copied. It holds what is worth sending of values up to 73 KB.
const scratch = /* @__PURE__ */ new Uint8Array(65_536)

/** The delta that makes `target` of `base`, in memory of its own; null if the value itself is the better thing to send. */
export function diff(base: Uint8Array, target: Uint8Array): Uint8Array | null {
  const bytesMax = deltaBytesMax(target.length)
  if (bytesMax < 0) return null
  const out = bytesMax > scratch.length ? new Uint8Array(bytesMax) : scratch
  const bytes = diffInto(base, target, out, 0)
  return bytes < 0 ? null : out.slice(0, bytes)
}

/**
 * The same, written to `out` from `at` on, without an allocation of its size. Returns its length in bytes; -1 if the value itself
 * is the better thing to send, or if there is no room. What `out` holds beyond the delta is undefined up to its end.
 */
export function diffInto(base: Uint8Array, target: Uint8Array, out: Uint8Array, at: number): number {
  const limit = Math.min(out.length, at + deltaBytesMax(target.length))
  if (limit < at || base.length > valueBytesMax || target.length > valueBytesMax) return -1
  const edit = startEdit(base, target, out, at, limit)
  return encode(edit) ? edit.at - at : -1
}

/** The longest delta that is worth sending instead of a value; below 0 if none is. */
export function deltaBytesMax(valueBytes: number): number {
  return valueBytes - Math.max(savedBytesMin, valueBytes >> savedShareShift)
}
