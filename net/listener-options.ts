import { z } from 'zod'
import { wholeNumber } from './options.js'
import type { ProxyOptions } from './proxy-options.js'
import { proxySection } from './proxy-options.js'

/** Where a listener of its own port stands, and who speaks for others there. */
export interface ListenerOptions {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  /** Null: every peer speaks for itself. */
  readonly proxyProtocol: ProxyOptions | null
}

/** The fields of `ListenerOptions`. */
export function listenerFields(defaultPort: number) {
  return {
    host: z.string().min(1).default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(defaultPort),
    proxyProtocol: proxySection,
  }
}
