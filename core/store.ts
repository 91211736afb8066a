import { assert } from './assert.js'

/** One keyed value as it is read back. The bytes may lie beside others: copy what is kept for long. */
export interface StoredValue {
  readonly key: string
  readonly value: Uint8Array
}

/** One record of a sequence as it is read back. The bytes may lie beside others: copy what is kept for long. */
export interface StoredRecord {
  readonly offset: number
  readonly record: Uint8Array
}

/** Values by key, ordered by the bytes of their keys in UTF-8. Keys are well-formed text; one of no characters is a key, too. */
export interface Records {
  /** Copies the value: its buffer may be used again when this returns. */
  put(key: string, value: Uint8Array): void
  delete(key: string): void
  /** Deletes what is there under keys that begin with this prefix, all of them for an empty one; later puts stand. */
  deleteAll(prefix: string): void
  /**
   * What is there under keys that begin with this prefix, in their order. Sees everything written before, perhaps what is
   * written while its first step is awaited, and nothing of what is written after that. Holds little of it in memory. Fails
   * where the store failed or the bytes are damaged.
   */
  read(prefix: string): AsyncIterable<StoredValue>
}

/** A log: records that are added at the end, read by their offsets, and dropped from the beginning. */
export interface Sequence {
  /** Offsets are safe integers from 0 and rise, with or without gaps. Copies the record. */
  append(offset: number, record: Uint8Array): void
  /** Drops the records up to this offset and with it. No later record may have one that low. */
  trim(upTo: number): void
  /** What is there from this offset on, in order; sees and fails as `Records.read`. */
  read(from: number): AsyncIterable<StoredRecord>
}

/**
 * Durable state. What is written in one turn of the loop becomes durable together or not at all, and never before what was
 * written in an earlier turn. Nothing here waits: writing returns at once, and `committed` tells when it is safe.
 *
 * Users do not meet: each has names of its own, of lower case letters, digits and hyphens; records and sequences of one name
 * are two things. A name stays when a program is changed, as the bytes behind it do.
 */
export interface Store {
  /** False: what is written goes with the process, so that it need not be written by who holds it anyway. */
  readonly isDurable: boolean
  /**
   * More waits to be written than should. Whoever feeds the store then stops its sources, and goes on when `committed` calls
   * back. What comes nevertheless is taken, up to a bound at which the store fails.
   */
  readonly isBehind: boolean
  records(name: string): Records
  sequence(name: string): Sequence
  /**
   * Calls once, when everything written before is as durable as the store's mode says: handed to the operating system, so that
   * it outlives the process, or synced to the disk. In the order of the calls, and before this returns where nothing is open.
   * Never calls when the store has failed. `done` does not throw.
   */
  committed(done: () => void): void
}

/** Hexadecimal digits of the largest safe integer. */
const offsetDigits = 14

/** An offset as text whose order is that of the numbers: the way to offsets in keys. */
export function offsetKey(offset: number): string {
  assert(Number.isSafeInteger(offset) && offset >= 0, 'an offset is a safe integer from 0')
  return offset.toString(16).padStart(offsetDigits, '0')
}
