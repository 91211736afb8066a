import type { KeyObject } from 'node:crypto'
import { sign, verify } from 'node:crypto'
import { FieldReader, field, vector } from './fields.js'
import type { Randoms } from './key-schedule.js'
import type { Group } from './key-share.js'
import { groupOf } from './key-share.js'
import type { KeyExchange } from './suites.js'

/** ECDSA with P-256 and SHA-256: the one way to sign. RFC 5246 §7.4.1.4.1 */
export const ecdsaSha256 = 0x0403
const namedCurve = 3

/** The signature over these bytes, with its algorithm before it. RFC 5246 §4.7 */
export function signatureOver(bytes: Uint8Array, key: KeyObject): Buffer {
  return Buffer.concat([field(ecdsaSha256, 2), vector(sign('sha256', bytes, key), 2)])
}

/** Whether the reader goes on with a good signature over these bytes. */
export function isSigned(reader: FieldReader, bytes: Uint8Array, key: KeyObject): boolean {
  const algorithm = reader.number(2)
  const signature = reader.vector(2)
  if (!reader.isWhole || algorithm !== ecdsaSha256 || !isP256(key)) return false
  return verify('sha256', bytes, key, signature)
}

/** Other curves are not asked for, and their signatures not looked at. */
export function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}

/** What a server says of its part of the exchange. */
export interface ServerShare {
  readonly group: Group
  readonly point: Buffer
}

const shareBody = ({ group, point }: ServerShare): Buffer =>
  Buffer.concat([field(namedCurve, 1), field(group, 2), vector(point, 1)])

/** What a server signs of its part. RFC 8422 §5.4 */
const signedShare = (randoms: Randoms, share: ServerShare): Buffer =>
  Buffer.concat([randoms.client, randoms.server, shareBody(share)])

/** ServerKeyExchange of ECDHE_PSK, with a hint of nothing (RFC 5489 §2), or of ECDHE_ECDSA. */
export function serverShareBody(share: ServerShare, randoms: Randoms, key: KeyObject | null): Buffer {
  if (key === null) return Buffer.concat([field(0, 2), shareBody(share)])
  return Buffer.concat([shareBody(share), signatureOver(signedShare(randoms, share), key)])
}

/** The same as it came; null: it cannot be read, or is not signed by this key. */
export function serverShareIn(body: Buffer, randoms: Randoms, key: KeyObject | null): ServerShare | null {
  const reader = new FieldReader(body)
  if (key === null) reader.vector(2)
  const kind = reader.number(1)
  const group = groupOf(reader.number(2))
  const point = reader.vector(1)
  if (kind !== namedCurve || group === null) return null
  const share = { group, point }
  const isGood = key === null ? reader.isWhole : isSigned(reader, signedShare(randoms, share), key)
  return isGood ? share : null
}

/** What a client says of its part; what the exchange does not have is empty. */
export interface ClientShare {
  readonly identity: Buffer
  readonly point: Buffer
}

/** ClientKeyExchange. RFC 4279 §2, RFC 5489 §2, RFC 8422 §5.7 */
export function clientShareBody(exchange: KeyExchange, { identity, point }: ClientShare): Buffer {
  const identified = exchange === 'ecdheEcdsa' ? none : vector(identity, 2)
  return Buffer.concat([identified, exchange === 'psk' ? none : vector(point, 1)])
}

/** The same as it came; null: it cannot be read. */
export function clientShareIn(exchange: KeyExchange, body: Buffer): ClientShare | null {
  const reader = new FieldReader(body)
  const identity = exchange === 'ecdheEcdsa' ? none : reader.vector(2)
  const point = exchange === 'psk' ? none : reader.vector(1)
  return reader.isWhole ? { identity, point } : null
}

const none: Buffer = Buffer.alloc(0)
