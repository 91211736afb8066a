import type { Row } from './recording.js'

/** A new value of one topic. */
export interface Publication {
  readonly path: string
  /** Sent as JSON. */
  readonly value: Readonly<Record<string, unknown>>
}

/** A recording as it is replayed: what each row of it publishes, without end. */
export interface Feed {
  readonly name: string
  /** For the terminal: what it is, in a few words. */
  readonly about: string
  readonly rowsPerSecond: number
  /** One step for each row; after the last row it starts over. */
  replay(): Iterator<readonly Publication[], never>
}

/** Replays rows for ever; `start` makes what is remembered from row to row afresh for each round. */
export function* rounds(
  rows: readonly Row[],
  start: () => (row: Row) => readonly Publication[],
): Generator<readonly Publication[], never> {
  for (;;) {
    const publish = start()
    for (const row of rows) yield publish(row)
  }
}

/** The column as a number. */
export function numberIn(row: Row, column: string): number {
  return Number(row[column] ?? Number.NaN)
}

/** The column as it stands. */
export function textIn(row: Row, column: string): string {
  return row[column] ?? ''
}

/** A name as a level of a path. */
export function level(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{Diacritic}/gu, '')
  return plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

/** Two decimals are enough to look at. */
export function rounded(value: number, decimals = 2): number {
  return Number(value.toFixed(decimals))
}
