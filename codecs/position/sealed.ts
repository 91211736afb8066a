import { fromBase64url, toBase64url } from './base64url.js'
import { epochToBytes } from './bytes.js'
import { checksum } from './checksum.js'

const checkBytes = 4

/** Longest that is sealed: a position with all its pairs of two numbers of eight bytes. [SEM 1.4] */
const sealedBytesMax = 512

// One for all, filled and taken over and over: such texts are written for each event and each answer, where arrays took four times as long.
const bytes = new Uint8Array(sealedBytesMax)

/**
 * Text for what comes back from outside: base64url, with a check value behind it. [SEM 1.3]
 *
 *     format | epoch, 8 | numbers | check, 4
 *
 * Numbers of up to 53 bits, seven bits a byte, lowest first; the top bit says that more follow.
 */
export function seal(format: number, epoch: string, numbers: readonly number[]): string {
  bytes[0] = format
  bytes.set(epochToBytes(epoch), 1)
  let at = 9
  for (let rest of numbers) {
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128
    bytes[at++] = rest
  }
  const check = checksum(bytes, at)
  for (let shift = 24; shift >= 0; shift -= 8) bytes[at++] = check >>> shift
  return toBase64url(bytes, at)
}

/** The bytes; null if the text was cut or edited, or never came from `seal`. */
export function unseal(text: string): number[] | null {
  const all = fromBase64url(text) ?? []
  const content = all.slice(0, -checkBytes)
  const check = all.slice(-checkBytes).reduce((rest, byte) => rest * 256 + byte, 0)
  return all.length >= checkBytes && check === checksum(content) ? content : null
}
