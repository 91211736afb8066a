/** CRC-32 as in zlib and Ethernet, bit by bit: what is checked is short. */
export function checksum(bytes: readonly number[]): number {
  let rest = ~0
  for (const byte of bytes) {
    rest ^= byte
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0)
  }
  return ~rest >>> 0
}
