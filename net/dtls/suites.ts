/** How records are protected: with additional data, and nothing else. */
export interface RecordCipherKind {
  readonly algorithm: 'chacha20-poly1305' | 'aes-128-gcm' | 'aes-128-ccm'
  readonly keyBytes: number
  /** What the keys say of the nonce. */
  readonly ivBytes: number
  /** What each record says of it. */
  readonly explicitNonceBytes: number
  readonly tagBytes: number
}

/** How the two come to a common secret. */
export type KeyExchange = 'psk' | 'ecdhePsk' | 'ecdheEcdsa'

export interface Suite {
  /** RFC 5246 §A.5 */
  readonly id: number
  readonly name: string
  readonly exchange: KeyExchange
  readonly cipher: RecordCipherKind
}

/** RFC 7905 §2 */
const chacha: RecordCipherKind = {
  algorithm: 'chacha20-poly1305',
  keyBytes: 32,
  ivBytes: 12,
  explicitNonceBytes: 0,
  tagBytes: 16,
}
/** RFC 5288 §3 */
const gcm: RecordCipherKind = {
  algorithm: 'aes-128-gcm',
  keyBytes: 16,
  ivBytes: 4,
  explicitNonceBytes: 8,
  tagBytes: 16,
}
/** RFC 6655 §4: half a tag, for devices that pay for each byte. */
const ccm8: RecordCipherKind = {
  algorithm: 'aes-128-ccm',
  keyBytes: 16,
  ivBytes: 4,
  explicitNonceBytes: 8,
  tagBytes: 8,
}

/** All of them hash with SHA-256. What a server takes first stands first. */
export const suites: readonly Suite[] = [
  { id: 0xccac, name: 'ECDHE_PSK_CHACHA20_POLY1305', exchange: 'ecdhePsk', cipher: chacha },
  { id: 0xcca9, name: 'ECDHE_ECDSA_CHACHA20_POLY1305', exchange: 'ecdheEcdsa', cipher: chacha },
  { id: 0xc02b, name: 'ECDHE_ECDSA_AES_128_GCM', exchange: 'ecdheEcdsa', cipher: gcm },
  { id: 0x00a8, name: 'PSK_AES_128_GCM', exchange: 'psk', cipher: gcm },
  { id: 0xc0a8, name: 'PSK_AES_128_CCM_8', exchange: 'psk', cipher: ccm8 },
]

/** The suite with this number; null: it is none of ours. */
export const suiteOf = (id: number): Suite | null => suites.find((suite) => suite.id === id) ?? null
