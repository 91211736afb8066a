import { z } from 'zod'
import type { AdmissionOptions } from './admission.js'
import { admissionFields } from './admission-options.js'
import { netLimits } from './limits.js'
import { readOptions, wholeNumber } from './options.js'
import { proxiesField } from './proxy-options.js'
import type { TlsOptions } from './tls-options.js'
import { tlsSection } from './tls-options.js'

/** The section `http` of the configuration, with the defaults filled in. */
export interface HttpOptions extends AdmissionOptions {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  /** Addresses and networks of reverse proxies whose `X-Forwarded-For` is believed. */
  readonly forwardedFrom: readonly string[]
  /** Null: no second port behind a certificate. */
  readonly tls: TlsOptions | null
}

const schemaAt = (folder?: string) =>
  z.strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(8080),
    ...admissionFields,
    headersTimeoutMs: wholeNumber(1).default(netLimits.headersTimeoutMs),
    requestTimeoutMs: wholeNumber(1).default(netLimits.requestTimeoutMs),
    forwardedFrom: proxiesField.default([]),
    tls: tlsSection(8443, folder).nullable().default(null),
  })

/** Reads the section `http`; throws `OptionError`. Relative paths begin at `folder`, or where the process runs. */
export function parseHttpOptions(section: unknown, folder?: string): HttpOptions {
  return readOptions(schemaAt(folder), section)
}
