import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SecureContextOptions, SecureVersion } from 'node:tls'
import { createSecureContext } from 'node:tls'
import type { OptionFault } from './options.js'

/** The files that a TLS server is made of, as paths, and how it speaks. */
export interface TlsFiles {
  /** The certificate in PEM, with those between it and its authority behind it. */
  readonly cert: string
  /** The private key of the certificate in PEM, without a passphrase. */
  readonly key: string
  /** Who signs the certificates of clients, in PEM, one or several. */
  readonly ca: string | null
  readonly minVersion: SecureVersion
}

/** What the files hold, or everything that is wrong with them. */
export type ReadTlsFiles =
  | { readonly kind: 'context'; readonly context: SecureContextOptions }
  | { readonly kind: 'faults'; readonly faults: readonly OptionFault[] }

/** Reads all files and holds them against each other and the time. */
export function readTlsFiles(files: TlsFiles, nowMs: number): ReadTlsFiles {
  const reading = new Reading()
  const cert = reading.file('cert', files.cert)
  const key = reading.file('key', files.key)
  const ca = files.ca === null ? null : reading.file('ca', files.ca)
  judgePair(reading, files, { cert, key, nowMs })
  if (ca !== null) for (const block of blocksOf(ca)) reading.certificate('ca', String(files.ca), block)
  const context = { cert: String(cert), key: String(key), minVersion: files.minVersion, ...(ca ? { ca } : {}) }
  // What only the library finds: a key that is too short for it, a broken certificate behind the first.
  const unusable = `a certificate that can be used; ${files.cert} cannot`
  if (reading.faults.length === 0) reading.parsed('cert', unusable, () => createSecureContext(context))
  return reading.faults.length === 0 ? { kind: 'context', context } : { kind: 'faults', faults: reading.faults }
}

interface Pair {
  readonly cert: Buffer | null
  readonly key: Buffer | null
  readonly nowMs: number
}

/** A certificate that holds now, and a key that is its own. */
function judgePair(reading: Reading, files: TlsFiles, { cert, key, nowMs }: Pair): void {
  const certificate = cert === null ? null : reading.certificate('cert', files.cert, cert)
  const noKey = `a private key in PEM without a passphrase; ${files.key} is none`
  const privateKey = key === null ? null : reading.parsed('key', noKey, () => createPrivateKey(key))
  if (certificate === null) return
  const { validFrom, validTo } = certificate
  if (nowMs > Date.parse(validTo))
    reading.fault('cert', `a certificate that holds now; ${files.cert} ended on ${validTo}`)
  if (nowMs < Date.parse(validFrom))
    reading.fault('cert', `a certificate that holds now; ${files.cert} begins on ${validFrom}`)
  if (privateKey !== null && !certificate.checkPrivateKey(privateKey))
    reading.fault('key', `the key of the certificate; ${files.key} belongs to another`)
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates of a file, or something that is none. */
function blocksOf(pem: Buffer): readonly (string | Buffer)[] {
  return pem.toString('latin1').match(certificateBlock) ?? [pem]
}

type FileKey = 'cert' | 'key' | 'ca'

/** Notes all that is wrong with the files, so that whoever mends them is told at once. */
class Reading {
  readonly faults: OptionFault[] = []

  fault(key: FileKey, expected: string): void {
    this.faults.push({ path: [key], expected: `expected ${expected}` })
  }

  file(key: FileKey, path: string): Buffer | null {
    return this.parsed(key, `a file that can be read; ${path} cannot`, () => readFileSync(path))
  }

  certificate(key: FileKey, path: string, pem: Buffer | string): X509Certificate | null {
    return this.parsed(key, `certificates in PEM; ${path} has none, or a broken one`, () => new X509Certificate(pem))
  }

  /** Null, and a fault noted, where the system or OpenSSL refuses; both say why by a code. */
  parsed<Found>(key: FileKey, expected: string, parse: () => Found): Found | null {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      this.fault(key, `${expected} (${String(error.code)})`)
      return null
    }
  }
}
