import { z } from 'zod'
import { originsField, readOptions, wholeNumber } from '../../net/index.js'
import { httpLimits } from './limits.js'

/** The section `transports.http` of the configuration. */
export interface HttpApiOptions {
  readonly path: string
  /** Origins of pages that may ask beside those that may anyway; '*': all. */
  readonly origins: readonly string[]
  /** Silence in the middle of a body. */
  readonly bodyIdleMs: number
  /** For a body that is read as a whole. */
  readonly bodyMs: number
}

const schema = z.strictObject({
  path: z
    .string()
    .regex(/^(?:\/[\w.~-]+)+$/, 'expected a path such as /api/v1, without a slash at its end')
    .default('/api/v1'),
  origins: originsField,
  bodyIdleMs: wholeNumber(1).default(httpLimits.bodyIdleMs),
  bodyMs: wholeNumber(1).default(httpLimits.bodyMs),
})

/** Throws `OptionError`. */
export function parseOptions(section: unknown): HttpApiOptions {
  return readOptions(schema, section)
}
