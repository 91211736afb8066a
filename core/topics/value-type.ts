import type { ValueType } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import type { Json } from './merge-patch.js'
import { doubleText, int64Text } from './numbers.js'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** The text of the bytes, or null if they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** The UTF-8 bytes of a text. */
function bytesOf(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Parses JSON; undefined if the text is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The JSON text of a value, as bytes; null if it is nested too deeply to be written. */
export function jsonBytes(value: Json): Uint8Array | null {
  try {
    return bytesOf(JSON.stringify(value))
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** What a value without a declared type is: JSON text, other text, or bytes. [SEM 4.4] */
export function guessType(value: Uint8Array): ValueType {
  const text = textOf(value)
  if (text === null) return 'binary'
  return jsonShape.test(text) && parseJson(text) !== undefined ? 'json' : 'string'
}

/** The value as it is kept under a type: numbers in their one spelling, everything else as published; or why it does not fit. */
export function valueAs(type: ValueType, value: Uint8Array): Uint8Array | Refusal {
  // JSON is checked when somebody first needs its structure, binary never. [SEM 4.4]
  if (type === 'json' || type === 'binary') return value
  const text = textOf(value)
  if (text === null) return refuse('invalidValue', `a ${type} must be UTF-8 text`)
  if (type === 'string') return value
  const spelling = type === 'int64' ? int64Text(text) : doubleText(text)
  return spelling === null
    ? refuse('invalidValue', `not a number of type ${type}: ${text.slice(0, 40)}`)
    : bytesOf(spelling)
}

/**
 * How JSON text begins and ends: most other text is told apart by it. To parse what is none throws, which takes 20 µs, ten times as
 * long as the rest of a publish of 100 bytes. (RFC 8259, 2)
 */
const jsonShape = /^[\t\n\r ]*(?:\{.*\}|\[.*\]|".*"|-?\d[\d.eE+-]*|true|false|null)[\t\n\r ]*$/s
