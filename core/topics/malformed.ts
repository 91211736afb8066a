/** Why a text cannot be read: what was expected, and where. `at` counts UTF-16 code units from the start of what was read. */
export interface Malformed {
  readonly kind: 'malformed'
  readonly why: string
  readonly at: number
}

/** One mistake, as the outcome of reading. */
export function malformed(why: string, at: number): Malformed {
  return { kind: 'malformed', why, at }
}
