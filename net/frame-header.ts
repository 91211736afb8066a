/** The final and only fragment of a binary message. */
const binaryMessage = 0x82

/** Bytes of the header of a frame from a server: two, and the length where it does not fit seven bits. RFC 6455 §5.2 */
export function frameHeaderBytes(payloadLength: number): number {
  if (payloadLength < 126) return 2
  return payloadLength < 65_536 ? 4 : 10
}

/** The same, of the length of a whole frame: each header makes frames longer than those with a shorter header can be. */
export function frameHeaderBytesIn(length: number): number {
  if (length < 126 + 2) return 2
  return length < 65_536 + 4 ? 4 : 10
}

/** Writes the header of a binary message in one frame, of so many bytes, at the front. */
export function writeFrameHeader(frame: Uint8Array, header: number, payloadLength: number): void {
  frame[0] = binaryMessage
  if (header === 2) frame[1] = payloadLength
  else writeLongLength(frame, payloadLength, header)
}

/** The length in the bytes behind the first two, the highest first. */
function writeLongLength(frame: Uint8Array, length: number, header: number): void {
  frame[1] = header === 4 ? 126 : 127
  let rest = length
  for (let at = header - 1; at >= 2; at--) {
    frame[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
}
