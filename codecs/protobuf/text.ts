/* UTF-8, with a loop for short ASCII texts, which most paths and names are. */

/** Above so many bytes TextDecoder is faster than the loop, which makes a new text for each character. */
const decodedByLoopMax = 12

/** Above so many characters TextEncoder is faster than the loop. */
const encodedByLoopMax = 32

// A byte order mark is part of the text: paths are compared byte by byte. [SEM 5.1]
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** The text between two places; null if it is not UTF-8. */
export function readText(bytes: Uint8Array, start: number, end: number): string | null {
  return (end - start <= decodedByLoopMax ? readAscii(bytes, start, end) : null) ?? decode(bytes.subarray(start, end))
}

function readAscii(bytes: Uint8Array, start: number, end: number): string | null {
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80) return null
    text += String.fromCharCode(byte)
  }
  return text
}

function decode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Writes a text into `bytes`, which has three bytes free for each of its UTF-16 units, and gives the place behind it. */
export function writeText(text: string, bytes: Uint8Array, start: number): number {
  if (text.length <= encodedByLoopMax) {
    const end = writeAscii(text, bytes, start)
    if (end !== null) return end
  }
  return start + encoder.encodeInto(text, bytes.subarray(start)).written
}

function writeAscii(text: string, bytes: Uint8Array, start: number): number | null {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x80) return null
    bytes[start + at] = unit
  }
  return start + text.length
}
