import { z } from 'zod'
import { netLimits } from './limits.js'
import { wholeNumber } from './options.js'

const atLeastOne = wholeNumber(1)
const rateError = 'expected a number above 0'
const rate = z.number({ error: rateError }).positive({ error: rateError })

/** The fields of `AdmissionOptions` in the section of a listener. */
export const admissionFields = {
  connectionsMax: atLeastOne.default(netLimits.connectionsMax),
  connectionsPerAddressMax: atLeastOne.default(netLimits.connectionsPerAddressMax),
  connectsPerSecond: rate.default(netLimits.connectsPerSecond),
  connectsPerSecondPerAddress: rate.default(netLimits.connectsPerSecondPerAddress),
  connectBurst: atLeastOne.default(netLimits.connectBurst),
  connectBurstPerAddress: atLeastOne.default(netLimits.connectBurstPerAddress),
} as const
