/** Bounds of this folder, each with its unit; what happens at a bound stands beside it. */
export const storeLimits = {
  /** Bytes waiting to be written from which the store says that it is behind: a tenth of a second's work for a small disk. */
  behindBytes: 8_388_608,
  /** Bytes waiting to be written. Over it the store fails: its feeders did not stop, and memory must not fill. */
  waitingBytesMax: 268_435_456,
  /** How long what was committed in mode `interval` may wait for the disk, ms; then the next group is synced, or an empty one. */
  syncMs: 1_000,
  /** Bytes of neighbouring records of a sequence that are stored as one value. A longer record has one to itself. */
  packBytes: 65_536,
  /** Keys that one range deletes together with its group. Of more, the first go before, in groups of this many. */
  rangeKeysMax: 65_536,
  /** Entries read in one step of the loop, and deletes that a range makes. */
  entriesPerStep: 1_000,
  /** Bytes that one reading holds in memory beside the value it gives; one value always fits. */
  readAheadBytes: 65_536,
  /** Bytes of memory that LevelDB fills before it writes a table; it holds two of them at most, and reads as many at a start. */
  tableMemoryBytes: 16_777_216,
} as const

/** The limits by name. */
export type StoreLimits = { readonly [Name in keyof typeof storeLimits]: number }
