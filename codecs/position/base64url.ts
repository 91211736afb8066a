/** Base64 for URLs and headers, without padding: RFC 4648 §5. One text for each sequence of bytes, and no other. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Of the first `length` bytes. */
export function toBase64url(bytes: ArrayLike<number>, length = bytes.length): string {
  let text = ''
  let bits = 0
  let pending = 0
  for (let at = 0; at < length; at++) {
    pending = ((pending << 8) | (bytes[at] ?? 0)) & 0xffff
    for (bits += 8; bits >= 6; bits -= 6) text += alphabet.charAt((pending >> (bits - 6)) & 63)
  }
  return bits === 0 ? text : text + alphabet.charAt((pending << (6 - bits)) & 63)
}

/** Null if the text is not what `toBase64url` makes of any bytes. */
export function fromBase64url(text: string): number[] | null {
  const bytes: number[] = []
  let bits = 0
  let pending = 0
  for (const character of text) {
    const digit = alphabet.indexOf(character)
    if (digit < 0) return null
    pending = ((pending << 6) | digit) & 0xfff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes.push((pending >> bits) & 0xff)
  }
  // What is left over is less than a digit, and zero.
  return bits < 6 && (pending & ((1 << bits) - 1)) === 0 ? bytes : null
}
