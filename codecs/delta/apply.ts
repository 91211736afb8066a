import { valueBytesMax } from './limits.js'
import type { OperationReader } from './read-operation.js'
import { readerOf, readOperation } from './read-operation.js'

/** What became of a delta. `value` is in memory of its own. */
export type Applied =
  | { readonly kind: 'value'; readonly value: Uint8Array }
  | { readonly kind: 'malformed'; readonly why: string }

/** Shorter copies are done byte by byte: a call costs as much. */
const loopBytesMax = 32

/**
 * Makes the value that `delta` describes from `base`. Whatever the delta, it reads nothing outside both, does not throw, and
 * allocates the value's own bytes, at most `bytesMax`, only once it knows that the whole delta is sound [D8].
 */
export function apply(base: Uint8Array, delta: Uint8Array, bytesMax: number): Applied {
  const reader = readerOf(delta)
  const bytes = measure(reader, base.length)
  if (reader.why !== '') return { kind: 'malformed', why: reader.why }
  // Written so that it refuses a `bytesMax` that is not a number, too.
  if (!(bytes <= bytesMax && bytes <= valueBytesMax)) return { kind: 'malformed', why: 'the value would be too long' }
  return { kind: 'value', value: build(base, readerOf(delta), new Uint8Array(bytes)) }
}

/** The length of the value, once every operation has been checked; anything, with the reader's `why` set, if one is wrong. */
function measure(reader: OperationReader, baseBytes: number): number {
  let baseAt = 0
  let bytes = 0
  while (readOperation(reader)) {
    const copyEnd = baseAt + reader.copied
    baseAt = nextBaseAt(reader, copyEnd, baseBytes)
    bytes += reader.copied + reader.inserted
    reader.at += reader.inserted
    if (copyEnd > baseBytes) reader.why = 'copies from beyond the end of the base'
    else if (baseAt < 0 || baseAt > baseBytes) reader.why = 'goes on outside the base'
    else if (reader.at > reader.delta.length) reader.why = 'the delta ends inside an insert'
    if (reader.why !== '') break
  }
  return bytes + baseBytes - baseAt
}

/** Does what `measure` has found to be sound. */
function build(base: Uint8Array, reader: OperationReader, value: Uint8Array): Uint8Array {
  let baseAt = 0
  let at = 0
  while (readOperation(reader)) {
    const { copied, inserted } = reader
    copy(base, baseAt, value, at, copied)
    copy(reader.delta, reader.at, value, at + copied, inserted)
    at += copied + inserted
    reader.at += inserted
    baseAt = nextBaseAt(reader, baseAt + copied, base.length)
  }
  copy(base, baseAt, value, at, base.length - baseAt)
  return value
}

/** Where in the base the next operation begins [D4, D5]. */
function nextBaseAt({ inserted, seek }: OperationReader, copyEnd: number, baseBytes: number): number {
  return seek === null ? Math.min(copyEnd + inserted, baseBytes) : copyEnd + seek
}

function copy(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, bytes: number): void {
  if (bytes > loopBytesMax) to.set(from.subarray(fromAt, fromAt + bytes), toAt)
  else for (let i = 0; i < bytes; i++) to[toAt + i] = from[fromAt + i] ?? 0
}
