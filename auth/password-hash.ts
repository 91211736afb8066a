import type { ScryptOptions } from 'node:crypto'
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { authLimits } from './limits.js'

/** How hard a hash is to make. RFC 7914 §2. */
export interface HashCost {
  /** CPU and memory: a power of two. */
  readonly rounds: number
  readonly blockSize: number
  readonly parallelism: number
}

/** A password as it may be stored: spelled `scrypt$N$r$p$salt$hash`, salt and hash in base64. */
export interface PasswordHash {
  readonly cost: HashCost
  readonly salt: Uint8Array
  readonly key: Uint8Array
}

/** About 50 ms and 16 MiB on a small server. */
export const defaultCost: HashCost = { rounds: 16_384, blockSize: 8, parallelism: 1 }

/** What `parsePasswordHash` expects, for messages. */
export const hashSpelling = 'scrypt$N$r$p$salt$hash with N a power of two, and salt and hash in base64'

const spelling = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,2})\$([\w+/-]{11,}=*)\$([\w+/-]{22,}=*)$/

/** Reads a stored hash; null when it is not one, or would cost more memory than a sign-in may. */
export function parsePasswordHash(text: string): PasswordHash | null {
  const found = spelling.exec(text)
  if (found === null) return null
  const [rounds, blockSize, parallelism] = [Number(found[1]), Number(found[2]), Number(found[3])]
  const cost = { rounds, blockSize, parallelism }
  if (!isUsable(cost)) return null
  return { cost, salt: Buffer.from(found[4] ?? '', 'base64'), key: Buffer.from(found[5] ?? '', 'base64') }
}

/** Hashes a new password with a salt of its own. */
export async function hashPassword(password: string, cost: HashCost = defaultCost): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, { cost, salt, key: new Uint8Array(32) })
  const { rounds, blockSize, parallelism } = cost
  return ['scrypt', rounds, blockSize, parallelism, salt.toString('base64'), key.toString('base64')].join('$')
}

/** Whether the password is the one that was hashed; in a time that does not depend on how wrong it is. */
export async function matchesHash(password: string, hash: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, hash), hash.key)
}

function isUsable({ rounds, blockSize, parallelism }: HashCost): boolean {
  const isPowerOfTwo = rounds > 1 && (rounds & (rounds - 1)) === 0
  return (
    isPowerOfTwo &&
    blockSize > 0 &&
    parallelism > 0 &&
    bytesOf({ rounds, blockSize, parallelism }) <= authLimits.hashBytesMax
  )
}

function bytesOf({ rounds, blockSize, parallelism }: HashCost): number {
  return 128 * blockSize * (rounds + parallelism)
}

/** scrypt runs on the thread pool, so that the loop goes on. */
function derive(password: string, { cost, salt, key }: PasswordHash): Promise<Buffer> {
  const options: ScryptOptions = {
    N: cost.rounds,
    r: cost.blockSize,
    p: cost.parallelism,
    maxmem: 2 * bytesOf(cost),
  }
  return new Promise((resolve, reject) => {
    scrypt(password, salt, key.length, options, (error, derived) => (error === null ? resolve(derived) : reject(error)))
  })
}
