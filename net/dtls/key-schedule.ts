import { createHash, createHmac } from 'node:crypto'
import { field } from './fields.js'
import type { Suite } from './suites.js'

const masterBytes = 48
const verifyBytes = 12

/** The pseudorandom function with SHA-256. RFC 5246 §5 */
export function pseudorandom(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label), seed])
  const parts: Buffer[] = []
  let chain: Uint8Array = labelled
  for (let bytes = 0; bytes < length; bytes += 32) {
    chain = hmac(secret, chain)
    parts.push(hmac(secret, Buffer.concat([chain, labelled])))
  }
  return Buffer.concat(parts).subarray(0, length)
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

/** What goes before the master secret where both know a key: `other` is what else they agreed on, zeros without. RFC 4279 §2, RFC 5489 §2 */
export function premasterWithPsk(psk: Uint8Array, other: Uint8Array = Buffer.alloc(psk.length)): Buffer {
  return Buffer.concat([field(other.length, 2), other, field(psk.length, 2), psk])
}

/** Random numbers of both sides. */
export interface Randoms {
  readonly client: Uint8Array
  readonly server: Uint8Array
}

/** `sessionHash` of all messages up to the client's key exchange binds it to this handshake; null: the client does not know that. RFC 7627 §4, RFC 5246 §8.1 */
export function masterSecret(premaster: Uint8Array, randoms: Randoms, sessionHash: Uint8Array | null): Buffer {
  if (sessionHash !== null) return pseudorandom(premaster, 'extended master secret', sessionHash, masterBytes)
  return pseudorandom(premaster, 'master secret', Buffer.concat([randoms.client, randoms.server]), masterBytes)
}

/** What one direction is protected with. */
export interface DirectionKeys {
  readonly key: Buffer
  readonly iv: Buffer
}

/** RFC 5246 §6.3 */
export function recordKeys(
  master: Uint8Array,
  randoms: Randoms,
  { cipher }: Suite,
): { readonly client: DirectionKeys; readonly server: DirectionKeys } {
  const { keyBytes, ivBytes } = cipher
  const seed = Buffer.concat([randoms.server, randoms.client])
  const block = pseudorandom(master, 'key expansion', seed, 2 * (keyBytes + ivBytes))
  const keyAt = (index: number) => Buffer.from(block.subarray(index * keyBytes, (index + 1) * keyBytes))
  const ivAt = (index: number) => {
    const start = 2 * keyBytes + index * ivBytes
    return Buffer.from(block.subarray(start, start + ivBytes))
  }
  return { client: { key: keyAt(0), iv: ivAt(0) }, server: { key: keyAt(1), iv: ivAt(1) } }
}

/** What a side says to show that it knows the keys and heard the same messages. RFC 5246 §7.4.9 */
export function verifyData(master: Uint8Array, role: 'client' | 'server', transcriptHash: Uint8Array): Buffer {
  return pseudorandom(master, `${role} finished`, transcriptHash, verifyBytes)
}

/** All messages of a handshake, each as if it had come in one piece, as they were said. RFC 6347 §4.2.6 */
export class Transcript {
  private readonly messages: Uint8Array[] = []

  add(message: Uint8Array): void {
    this.messages.push(message)
  }

  clear(): void {
    this.messages.length = 0
  }

  /** What signatures are made of. */
  bytes(): Buffer {
    return Buffer.concat(this.messages)
  }

  hash(): Buffer {
    const hash = createHash('sha256')
    for (const message of this.messages) hash.update(message)
    return hash.digest()
  }
}
