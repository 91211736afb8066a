const digits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const decoder = new TextDecoder()

/** Two digits a byte, in lower case. In one piece: what is put together of many takes twice the memory for as long as it is kept. */
export function hexOf(bytes: Uint8Array): string {
  const text = new Uint8Array(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    text[2 * i] = digits[byte >> 4] ?? 0
    text[2 * i + 1] = digits[byte & 15] ?? 0
  }
  return decoder.decode(text)
}

/** Bytes of hexadecimal text. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
