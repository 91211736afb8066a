/** Above so many bytes TextDecoder is faster than the loop, which makes a new text for each character. */
const decodedByLoopMax = 12

// A byte order mark is part of the text. [MQTT-1.5.4-3]
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text between two places; null if it is not UTF-8 or has the character U+0000. [MQTT-1.5.4-1, MQTT-1.5.4-2] */
export function readText(bytes: Uint8Array, start: number, end: number): string | null {
  return (end - start <= decodedByLoopMax ? readAscii(bytes, start, end) : null) ?? decode(bytes.subarray(start, end))
}

/** Null also for what is not ASCII. */
function readAscii(bytes: Uint8Array, start: number, end: number): string | null {
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80 || byte === 0) return null
    text += String.fromCharCode(byte)
  }
  return text
}

function decode(bytes: Uint8Array): string | null {
  try {
    const text = decoder.decode(bytes)
    return text.includes('\0') ? null : text
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}
