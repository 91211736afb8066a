import { fromBase64url, toBase64url } from './base64url.js'
import { checksum } from './checksum.js'

const checkBytes = 4

/** Text for bytes that come back from outside: base64url, with a check value behind them. [SEM 1.3] */
export function seal(bytes: readonly number[]): string {
  return toBase64url([...bytes, ...checkOf(bytes)])
}

/** The bytes; null if the text was cut or edited, or never came from `seal`. */
export function unseal(text: string): number[] | null {
  const bytes = fromBase64url(text)
  if (bytes === null || bytes.length < checkBytes) return null
  const content = bytes.slice(0, -checkBytes)
  const check = checkOf(content)
  return bytes.slice(-checkBytes).every((byte, index) => byte === check[index]) ? content : null
}

function checkOf(bytes: readonly number[]): number[] {
  const check = checksum(bytes)
  return [check >>> 24, (check >>> 16) & 0xff, (check >>> 8) & 0xff, check & 0xff]
}
