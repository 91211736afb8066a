import type { ValueType } from '../core/index.js'
import type { ErrorCode } from './errors.js'
import { RivuletError } from './errors.js'

/** What goes on the wire for a value; a type of null lets the gateway guess it from the bytes. [SEM 4.4] */
export interface EncodedValue {
  readonly bytes: Uint8Array
  readonly type: ValueType | null
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * A value as the topic type says: `json` parsed, `string`, `int64` a number, or a bigint beyond ±2^53, `double` a number,
 * `binary` the bytes. Throws `invalidValue`, with the path, where a publisher's bytes are not of their type.
 */
export function decodeValue(bytes: Uint8Array, type: ValueType, path: string): unknown {
  switch (type) {
    case 'binary':
      return bytes
    case 'string':
      return decoder.decode(bytes)
    case 'double':
      return Number(decoder.decode(bytes))
    default:
      return parse(decoder.decode(bytes), type, path)
  }
}

function parse(text: string, type: 'json' | 'int64', path: string): unknown {
  try {
    return type === 'json' ? JSON.parse(text) : parseInteger(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw because('invalidValue', `${path}: the value is not valid ${type}`, error)
  }
}

function parseInteger(text: string): number | bigint {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

/**
 * The bytes of a value. Without a type: bytes are `binary`, a string is `string`, a bigint is `int64`, a number is left to
 * the gateway, so that it fits `int64`, `double` and `json` topics, anything else is `json`. With `type` the value must
 * suit it; bytes always do, as the publisher's own encoding, and null leaves their type to the gateway.
 * Throws `invalidArgument`, with the path.
 */
export function encodeValue(value: unknown, type: ValueType | null | undefined, path: string): EncodedValue {
  // A copy, since it may wait and be repeated after the caller has used its bytes for something else.
  if (value instanceof Uint8Array) return { bytes: new Uint8Array(value), type: type === undefined ? 'binary' : type }
  const chosen = type === undefined ? usualType(value) : type
  return { bytes: encoder.encode(write(value, chosen, path)), type: chosen }
}

function usualType(value: unknown): ValueType | null {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'bigint') return 'int64'
  return typeof value === 'number' ? null : 'json'
}

function write(value: unknown, type: ValueType | null, path: string): string {
  try {
    const text = type === null && typeof value === 'string' ? value : writers[type ?? 'json'](value)
    if (text !== undefined) return text
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw because('invalidArgument', `${path}: the value has no JSON`, error)
  }
  throw new RivuletError(
    'invalidArgument',
    `${path}: a value of this kind (${kindOf(value)}) cannot be published as ${type ?? 'json'}`,
  )
}

const writers: Readonly<Record<ValueType, (value: unknown) => string | undefined>> = {
  json: writeJson,
  string: (value) => (typeof value === 'string' ? value : undefined),
  int64: (value) => (typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : undefined),
  double: (value) => (Number.isFinite(value) ? String(value) : undefined),
  binary: () => undefined,
}

/** JSON has no infinities: writing null for one, as JSON.stringify would, is not what was meant. Of a bigint or a circle it throws. */
function writeJson(value: unknown): string | undefined {
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : JSON.stringify(value)
}

function kindOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : typeof value
}

function because(code: ErrorCode, what: string, cause: Error): RivuletError {
  return new RivuletError(code, `${what}: ${cause.message}`, { cause })
}
