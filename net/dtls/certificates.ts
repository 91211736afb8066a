import { X509Certificate } from 'node:crypto'
import { FieldReader, field, numbers, vector } from './fields.js'
import { ecdsaSha256, isP256 } from './key-exchange.js'

/** Extended key usages. RFC 5280 §4.2.1.12 */
const usages = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const

/** Certificates of one message. Over it: none is looked at. */
const chainMax = 4

/** Whom to believe. */
export interface Trust {
  /** Who signs the peers' certificates, directly. */
  readonly issuers: readonly X509Certificate[]
  /** SHA-256 of the certificates that may, in hex without colons; null: all that their issuer signed. */
  readonly fingerprints: ReadonlySet<string> | null
}

/** Certificate: the own one first. RFC 5246 §7.4.2 */
export function certificateBody(chain: readonly X509Certificate[]): Buffer {
  return vector(Buffer.concat(chain.map(({ raw }) => vector(raw, 3))), 3)
}

/** Null: it cannot be read. Empty: the peer has none. */
export function certificatesIn(body: Buffer): X509Certificate[] | null {
  const outer = new FieldReader(body)
  const list = new FieldReader(outer.vector(3))
  if (!outer.isWhole) return null
  const chain: X509Certificate[] = []
  while (list.hasMore) {
    const certificate = certificateIn(list.vector(3))
    if (certificate === null || chain.length >= chainMax) return null
    chain.push(certificate)
  }
  return list.isWhole ? chain : null
}

function certificateIn(der: Buffer): X509Certificate | null {
  try {
    const certificate = new X509Certificate(der)
    // What it says of its key is read only when that is asked for, and may be none.
    return certificate.publicKey.asymmetricKeyType === undefined ? null : certificate
  } catch {
    return null
  }
}

const ecdsaSign = 64

/** CertificateRequest: a key for ECDSA, from whomever. RFC 5246 §7.4.4 */
export function certificateRequestBody(): Buffer {
  return Buffer.concat([vector(field(ecdsaSign, 1), 1), vector(numbers([ecdsaSha256]), 2), field(0, 2)])
}

/** Why a certificate is not believed. */
export type Distrust = 'unknownIssuer' | 'notInValidity' | 'wrongUsage' | 'wrongKey' | 'notListed'

/** Null: it is believed. A certificate for one role is none for the other. */
export function distrustOf(
  certificate: X509Certificate,
  role: keyof typeof usages,
  trust: Trust,
  nowMs: number,
): Distrust | null {
  if (!isP256(certificate.publicKey)) return 'wrongKey'
  const isIssued = trust.issuers.some(
    (issuer) => certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey),
  )
  if (!isIssued) return 'unknownIssuer'
  const isInTime = nowMs >= Date.parse(certificate.validFrom) && nowMs <= Date.parse(certificate.validTo)
  if (!isInTime) return 'notInValidity'
  // Without the extension a certificate is good for anything: that is not said, and so not believed.
  if (certificate.ca || !(certificate.keyUsage ?? []).includes(usages[role])) return 'wrongUsage'
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  return trust.fingerprints === null || trust.fingerprints.has(fingerprint) ? null : 'notListed'
}
