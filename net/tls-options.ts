import { resolve } from 'node:path'
import { z } from 'zod'
import { netLimits } from './limits.js'
import type { ListenerOptions } from './listener-options.js'
import { listenerFields } from './listener-options.js'
import { wholeNumber } from './options.js'
import type { TlsFiles } from './tls-files.js'
import { readTlsFiles } from './tls-files.js'

/** The section `tls` of whatever listens: one listener more, behind a certificate. */
export interface TlsOptions extends TlsFiles, ListenerOptions {
  /** none: clients are not asked. optional: whoever shows one must show a good one. required: nobody connects without. */
  readonly clientCertificate: 'none' | 'optional' | 'required'
  readonly handshakeTimeoutMs: number
}

/**
 * The schema of such a section, of which the certificate and its key are all that must be said. The files are read and judged too,
 * so that `check` finds what `serve` would; relative paths begin at `folder`, or where the process runs.
 */
export function tlsSection(defaultPort: number, folder = '.') {
  const file = (what: string) =>
    z
      .string({ error: `expected a file: ${what}` })
      .min(1, { error: `expected a file: ${what}` })
      .transform((path) => resolve(folder, path))
  const asked = ['none', 'optional', 'required'] as const
  const versions = ['TLSv1.2', 'TLSv1.3'] as const
  return z
    .strictObject({
      ...listenerFields(defaultPort),
      cert: file('the certificate in PEM'),
      key: file('its private key in PEM'),
      ca: file('who signs the certificates of clients, in PEM').nullable().default(null),
      clientCertificate: z.enum(asked, { error: `expected one of ${asked.join(', ')}` }).default('none'),
      minVersion: z.enum(versions, { error: `expected ${versions.join(' or ')}` }).default('TLSv1.2'),
      handshakeTimeoutMs: wholeNumber(1).default(netLimits.handshakeTimeoutMs),
    })
    .superRefine((options, context) => {
      for (const { path, expected } of faultsOf(options))
        context.addIssue({ code: 'custom', path: [...path], message: expected, input: options })
    })
}

function faultsOf(options: TlsOptions) {
  if (options.clientCertificate !== 'none' && options.ca === null)
    return [
      { path: ['ca'], expected: 'expected a file: who signs the certificates of clients, since they are asked for' },
    ]
  const read = readTlsFiles(options, Date.now())
  return read.kind === 'faults' ? read.faults : []
}
