import { z } from 'zod'
import type { AdmissionOptions } from './admission.js'
import { netLimits } from './limits.js'
import { readOptions, wholeNumber } from './options.js'

/** The section `http` of the configuration, with the defaults filled in. */
export interface HttpOptions extends AdmissionOptions {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
}

const atLeastOne = wholeNumber(1)
const rateError = 'expected a number above 0'
const rate = z.number({ error: rateError }).positive({ error: rateError })

const schema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: wholeNumber(0, 65_535).default(8080),
  connectionsMax: atLeastOne.default(netLimits.connectionsMax),
  connectionsPerAddressMax: atLeastOne.default(netLimits.connectionsPerAddressMax),
  connectsPerSecond: rate.default(netLimits.connectsPerSecond),
  connectsPerSecondPerAddress: rate.default(netLimits.connectsPerSecondPerAddress),
  connectBurst: atLeastOne.default(netLimits.connectBurst),
  connectBurstPerAddress: atLeastOne.default(netLimits.connectBurstPerAddress),
  headersTimeoutMs: atLeastOne.default(netLimits.headersTimeoutMs),
  requestTimeoutMs: atLeastOne.default(netLimits.requestTimeoutMs),
})

/** Reads the section `http`; throws `OptionError`. */
export function parseHttpOptions(section: unknown): HttpOptions {
  return readOptions(schema, section)
}
