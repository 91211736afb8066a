import { z } from 'zod'

/** One thing that is wrong in a section of the configuration. */
export interface OptionFault {
  /** Keys from the section down to the value: ['origins', 0]. */
  readonly path: readonly (string | number)[]
  /** What was expected, in words. */
  readonly expected: string
}

/** A section of the configuration cannot be used. Whoever reads the file adds its name and the line. */
export class OptionError extends Error {
  override readonly name = 'OptionError'

  constructor(readonly faults: readonly OptionFault[]) {
    super(faults.map(({ path, expected }) => `${path.join('.') || 'the section'}: ${expected}`).join('; '))
  }
}

/** Checks a section against its schema and fills in the defaults; an absent section is all defaults. */
export function readOptions<Options>(schema: z.ZodType<Options>, section: unknown): Options {
  const { success, data, error } = schema.safeParse(section ?? {})
  if (success) return data
  throw new OptionError(error.issues.map((issue) => ({ path: issue.path.map(keyOf), expected: issue.message })))
}

function keyOf(key: PropertyKey): string | number {
  return typeof key === 'symbol' ? String(key) : key
}

/** A whole number within bounds, or above 0; said in words, since `expected number` helps nobody with "eighty". */
export function wholeNumber(from: number, to: number = Number.MAX_SAFE_INTEGER) {
  const range = to === Number.MAX_SAFE_INTEGER ? `from ${from}` : `from ${from} to ${to}`
  const error = `expected a whole number ${range}`
  return z.int({ error }).min(from, { error }).max(to, { error })
}
