import { ByteWriter, varintBytes } from './byte-writer.js'

/** One for all, so that no packet needs memory to be written in: it is cleared before each, and what it held is copied out. */
const body = new ByteWriter()

/** A whole packet of the body that `write` writes, in memory of its own. */
export function framed(first: number, write: (body: ByteWriter) => void): Uint8Array {
  body.clear()
  write(body)
  const { length } = body
  body.insert(0, 1 + varintBytes(length))
  body.put(0, first)
  body.putVarint(1, length)
  return Buffer.from(body.written())
}
