import { z } from 'zod'
import { netLimits } from './limits.js'
import { isNetwork } from './networks.js'
import { wholeNumber } from './options.js'

/** The section `proxyProtocol` of a listener: who speaks for others there. */
export interface ProxyOptions {
  /** Addresses and networks of the proxies. Nobody else may connect, and each begins with a header. */
  readonly from: readonly string[]
  readonly headerTimeoutMs: number
  /** Connections without a complete header at once; over it, further ones are closed. */
  readonly waitingMax: number
}

const networkError = 'expected an address or a network such as 10.0.0.0/8'
const fromError = 'expected a list of the addresses and networks of your proxies'

/** Addresses and networks of proxies. */
export const proxiesField = z.array(z.string({ error: networkError }).refine(isNetwork, { error: networkError }), {
  error: fromError,
})

/** Absent, the protocol is off: who may send a header can never be guessed from what comes. [PROXY protocol 5] */
export const proxySection = z
  .strictObject({
    from: proxiesField.min(1, { error: fromError }),
    headerTimeoutMs: wholeNumber(1).default(netLimits.proxyHeaderTimeoutMs),
    waitingMax: wholeNumber(1).default(netLimits.proxyWaitingMax),
  })
  .nullable()
  .default(null)
