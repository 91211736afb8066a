import { createCipheriv, createDecipheriv } from 'node:crypto'
import { field } from './fields.js'
import type { DirectionKeys } from './key-schedule.js'
import { contentTypes, version12 } from './records.js'
import type { RecordCipherKind } from './suites.js'

/** Seals or opens the records of one direction. */
export class RecordCipher {
  constructor(
    private readonly kind: RecordCipherKind,
    private readonly keys: DirectionKeys,
  ) {}

  /** Bytes that a record is longer than what it carries. */
  get overheadBytes(): number {
    return this.kind.explicitNonceBytes + this.kind.tagBytes
  }

  /** What stands in the record for the plaintext. */
  seal(number: Buffer, additional: Uint8Array, plaintext: Uint8Array): Buffer {
    const { algorithm, tagBytes, explicitNonceBytes } = this.kind
    const cipher = this.cipherWith(this.nonceOf(number))
    cipher.setAAD(additional, { plaintextLength: plaintext.length })
    const sealed = cipher.update(plaintext)
    const rest = cipher.final()
    const tag = cipher.getAuthTag()
    if (algorithm === 'chacha20-poly1305') return Buffer.concat([sealed, rest, tag])
    return Buffer.concat([number.subarray(0, explicitNonceBytes), sealed, rest, tag.subarray(0, tagBytes)])
  }

  /** The plaintext; null: it was not sealed with these keys. */
  open(number: Buffer, additional: Uint8Array, content: Buffer): Buffer | null {
    const { explicitNonceBytes, tagBytes } = this.kind
    const end = content.length - tagBytes
    if (end < explicitNonceBytes) return null
    const explicit = explicitNonceBytes === 0 ? number : content.subarray(0, explicitNonceBytes)
    const decipher = this.decipherWith(this.nonceOf(explicit))
    const sealed = content.subarray(explicitNonceBytes, end)
    try {
      decipher.setAuthTag(content.subarray(end))
      decipher.setAAD(additional, { plaintextLength: sealed.length })
      const plaintext = decipher.update(sealed)
      decipher.final()
      return plaintext
    } catch {
      // The tag is another one. What OpenSSL says of it differs from algorithm to algorithm.
      return null
    }
  }

  /** The length of what a record carries, by the length of its content; below 0: it can be none. */
  plaintextBytes(contentBytes: number): number {
    return contentBytes - this.overheadBytes
  }

  /** Where each record says its part of it stands behind the keys' part; else it is mixed into that. RFC 5288 §3, RFC 7905 §2 */
  private nonceOf(number: Uint8Array): Buffer {
    const { iv } = this.keys
    if (this.kind.explicitNonceBytes > 0) return Buffer.concat([iv, number])
    const nonce = Buffer.from(iv)
    const start = nonce.length - number.length
    for (const [index, byte] of number.entries()) nonce[start + index] = (nonce[start + index] ?? 0) ^ byte
    return nonce
  }

  private cipherWith(nonce: Buffer) {
    const { algorithm, tagBytes: authTagLength } = this.kind
    const { key } = this.keys
    if (algorithm === 'aes-128-ccm') return createCipheriv(algorithm, key, nonce, { authTagLength })
    if (algorithm === 'aes-128-gcm') return createCipheriv(algorithm, key, nonce, { authTagLength })
    return createCipheriv(algorithm, key, nonce, { authTagLength })
  }

  private decipherWith(nonce: Buffer) {
    const { algorithm, tagBytes: authTagLength } = this.kind
    const { key } = this.keys
    if (algorithm === 'aes-128-ccm') return createDecipheriv(algorithm, key, nonce, { authTagLength })
    if (algorithm === 'aes-128-gcm') return createDecipheriv(algorithm, key, nonce, { authTagLength })
    return createDecipheriv(algorithm, key, nonce, { authTagLength })
  }
}

/** What is authentic beside a record's content. RFC 5246 §6.2.3.3 */
export function plainAdditional(number: Uint8Array, type: number, plaintextBytes: number): Buffer {
  return Buffer.concat([number, field(type, 1), field(version12, 2), field(plaintextBytes, 2)])
}

const placeholder = Buffer.alloc(8, 0xff)

/** The same of a record with a connection id. RFC 9146 §5.3 */
export function connectionAdditional(number: Uint8Array, connectionId: Uint8Array, plaintextBytes: number): Buffer {
  return Buffer.concat([
    placeholder,
    field(contentTypes.withConnectionId, 1),
    field(connectionId.length, 1),
    field(contentTypes.withConnectionId, 1),
    field(version12, 2),
    number,
    connectionId,
    field(plaintextBytes, 2),
  ])
}
