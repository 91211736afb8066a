import type { Attributes } from './values.js'

/** The bytes in memory of their own, for what a link hands over may be a view of its receive buffer. A Buffer's `slice` would be one more view. */
export function copyOfBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

/** Attributes that no receive buffer can change. */
export function copyOfAttributes(attributes: Attributes | null): Attributes | null {
  if (attributes === null || attributes.correlation === null) return attributes
  return { ...attributes, correlation: copyOfBytes(attributes.correlation) }
}
