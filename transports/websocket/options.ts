import { z } from 'zod'
import { originsField, readOptions, wholeNumber } from '../../net/index.js'
import { webSocketLimits } from './limits.js'

/** The section `transports.websocket` of the configuration. */
export interface WebSocketOptions {
  readonly path: string
  /** Origins of pages that may connect beside those that may anyway; '*': all. */
  readonly origins: readonly string[]
  readonly connectionsMax: number
  /** How long a client may take to answer a close. */
  readonly closeTimeoutMs: number
}

const schema = z.strictObject({
  path: z
    .string()
    .regex(/^\/[^\s?#]*$/, 'expected a path that starts with / and has no ? or #')
    .default('/ws'),
  origins: originsField,
  connectionsMax: wholeNumber(1).default(webSocketLimits.connectionsMax),
  closeTimeoutMs: wholeNumber(1).default(webSocketLimits.closeTimeoutMs),
})

/** Throws `OptionError`. */
export function parseOptions(section: unknown): WebSocketOptions {
  return readOptions(schema, section)
}
