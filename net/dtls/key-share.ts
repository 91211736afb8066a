import type { KeyObject } from 'node:crypto'
import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'

/** Groups by their numbers. RFC 8422 §5.1.1 */
export const groups = { x25519: 29, p256: 23 } as const
export type Group = (typeof groups)[keyof typeof groups]

/** What is taken first stands first. */
export const groupsInOrder: readonly Group[] = [groups.x25519, groups.p256]

/** The group with this number; null: it is none of ours. */
export const groupOf = (id: number): Group | null => groupsInOrder.find((group) => group === id) ?? null

/** One side's part of a Diffie-Hellman exchange, for one handshake. RFC 8422 §5.10, §5.11 */
export interface KeyShare {
  readonly group: Group
  /** What the other side is told. */
  readonly point: Buffer
  /** What both know then; null: what the other side said is no point, or one that gives away the secret. */
  secretWith(point: Uint8Array): Buffer | null
}

export function keyShareOf(group: Group): KeyShare {
  return group === groups.x25519 ? ofX25519() : ofP256()
}

/** What stands before the 32 bytes of a key. RFC 8410 §4 */
const x25519Head = Buffer.from('302a300506032b656e032100', 'hex')
const x25519Bytes = 32

function ofX25519(): KeyShare {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(x25519Head.length)
  return { group: groups.x25519, point, secretWith: (other) => secretOf(privateKey, other) }
}

function secretOf(privateKey: KeyObject, point: Uint8Array): Buffer | null {
  if (point.length !== x25519Bytes) return null
  const key = Buffer.concat([x25519Head, point])
  try {
    // A secret of zeros is refused by OpenSSL. RFC 7748 §6.1
    return diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) })
  } catch {
    return null
  }
}

const uncompressed = 4
const p256Bytes = 65

function ofP256(): KeyShare {
  const ecdh = createECDH('prime256v1')
  const point = ecdh.generateKeys()
  const secretWith = (other: Uint8Array) => {
    if (other.length !== p256Bytes || other[0] !== uncompressed) return null
    try {
      return ecdh.computeSecret(other)
    } catch {
      // It does not lie on the curve.
      return null
    }
  }
  return { group: groups.p256, point, secretWith }
}
