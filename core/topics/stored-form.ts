import { bytesOf, hexOf } from '../hex.js'
import type { Attributes } from '../messages.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const lengthBytes = 4

/** A head as JSON, behind its length, and bytes behind that. */
export function storedForm(head: object, ...parts: readonly Uint8Array[]): Uint8Array {
  const text = encoder.encode(JSON.stringify(head))
  const partsLength = parts.reduce((sum, part) => sum + part.length, 0)
  const bytes = new Uint8Array(lengthBytes + text.length + partsLength)
  new DataView(bytes.buffer).setUint32(0, text.length)
  bytes.set(text, lengthBytes)
  let at = lengthBytes + text.length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** What `storedForm` made: the head, and all bytes behind it. The store has checked the bytes; their layout is the caller's own. */
export function readForm<Head>(bytes: Uint8Array): { readonly head: Head; readonly rest: Uint8Array } {
  const end = lengthBytes + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  return { head: JSON.parse(decoder.decode(bytes.subarray(lengthBytes, end))), rest: bytes.subarray(end) }
}

/** Attributes whose bytes are hexadecimal text. */
export type StoredAttributes = Omit<Attributes, 'correlation'> & { readonly correlation: string | null }

/** Attributes as JSON can hold them. */
export function storedAttributes(attributes: Attributes | null): StoredAttributes | null {
  return attributes && { ...attributes, correlation: attributes.correlation && hexOf(attributes.correlation) }
}

/** Attributes as they were. */
export function restoredAttributes(stored: StoredAttributes | null): Attributes | null {
  return stored && { ...stored, correlation: stored.correlation === null ? null : bytesOf(stored.correlation) }
}
