/** Most bytes that a remaining length may have. [MQTT 5.0, 2.1.4] */
const lengthBytesMax = 4

/**
 * Length of the whole packet that begins at `at`, which may go beyond the chunk; 0 while its header is incomplete, -1 where the
 * remaining length has more than four bytes. It allocates nothing, so that a link can refuse a length before it finds memory for it.
 */
export function packetBytes(chunk: Uint8Array, at: number): number {
  const first = chunk[at + 1]
  if (first === undefined) return 0
  return first < 0x80 ? 2 + first : longPacketBytes(chunk, at)
}

function longPacketBytes(chunk: Uint8Array, at: number): number {
  let length = 0
  for (let i = 0; i < lengthBytesMax; i++) {
    const byte = chunk[at + 1 + i]
    if (byte === undefined) return 0
    length += (byte & 0x7f) << (7 * i)
    if (byte < 0x80) return 2 + i + length
  }
  return -1
}

/** Whether `at` to `end` is just one packet, by what it says itself; nothing is read across the end then. */
export const isOnePacket = (chunk: Uint8Array, at: number, end: number): boolean =>
  at < end && end <= chunk.length && packetBytes(chunk, at) === end - at

/** Bytes before the body of a packet whose length is whole. */
export function headerBytes(chunk: Uint8Array, at: number): number {
  for (let bytes = 2; ; bytes++) {
    const last = chunk[at + bytes - 1]
    if (last === undefined || last < 0x80) return bytes
  }
}

/** Whether a whole remaining length has more bytes than it needs, which MQTT 3.1.1 does not forbid. [MQTT-1.5.5-1] */
export function isLengthPadded(chunk: Uint8Array, at: number): boolean {
  const bytes = headerBytes(chunk, at)
  return bytes > 2 && chunk[at + bytes - 1] === 0
}
