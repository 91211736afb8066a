/** CRC-32 as in zlib and Ethernet, of the first `length` bytes; bit by bit: what is checked is short. */
export function checksum(bytes: ArrayLike<number>, length = bytes.length): number {
  let rest = ~0
  for (let at = 0; at < length; at++) {
    rest ^= bytes[at] ?? 0
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0)
  }
  return ~rest >>> 0
}
