/** A packet of these parts, with the length that they need: for packets that no encoder would make. */
export function packet(firstByte: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return Buffer.concat([Buffer.from([firstByte]), variable(body.length), body])
}

/** A variable byte integer. */
function variable(value: number): Buffer {
  return value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value % 128) | 128]), variable(value >> 7)])
}

/** Bytes with their length in two bytes before them; text becomes UTF-8. */
export function field(value: string | readonly number[]): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value)
  return Buffer.concat([short(bytes.length), bytes])
}

/** A number of two bytes. */
export const short = (value: number): Buffer => Buffer.from([value >> 8, value & 255])

/** Properties with their length; nothing at all in 3.1.1, which has none. */
export function properties(version: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return version === 5 ? Buffer.concat([variable(body.length), body]) : Buffer.alloc(0)
}

/** What makes a CONNECT other than it should be. */
export interface ConnectShape {
  readonly name?: string
  readonly level?: number
  readonly flags?: number
  readonly payload?: readonly Uint8Array[]
}

/** A CONNECT of the given version with a clean start and no keep-alive, but for its shape. */
export function connectBytes(version: number, shape: ConnectShape = {}): Buffer {
  const { name = 'MQTT', level = version, flags = 2, payload = [field('odd')] } = shape
  return packet(0x10, field(name), [level, flags, 0, 0], properties(version), ...payload)
}
