import { z } from 'zod'
import { originsField, readOptions, wholeNumber } from '../../net/index.js'
import { sseLimits } from './limits.js'

/** The section `transports.sse` of the configuration. */
export interface SseOptions {
  readonly path: string
  /** Origins of pages that may read beside those that may anyway; '*': all, but without their cookies. */
  readonly origins: readonly string[]
  readonly streamsMax: number
  readonly streamsPerClientMax: number
  readonly selectorsMax: number
  readonly heartbeatMs: number
  readonly retryMs: number
}

const schema = z.strictObject({
  path: z
    .string()
    .regex(/^\/[^\s?#]*$/, 'expected a path that starts with / and has no ? or #')
    .default('/sse'),
  origins: originsField,
  streamsMax: wholeNumber(1).default(sseLimits.streamsMax),
  streamsPerClientMax: wholeNumber(1).default(sseLimits.streamsPerClientMax),
  selectorsMax: wholeNumber(1, sseLimits.selectorsMax).default(sseLimits.selectorsMax),
  heartbeatMs: wholeNumber(60).default(sseLimits.heartbeatMs),
  retryMs: wholeNumber(0).default(sseLimits.retryMs),
})

/** Throws `OptionError`. */
export function parseOptions(section: unknown): SseOptions {
  return readOptions(schema, section)
}
