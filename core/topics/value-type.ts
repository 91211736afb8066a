import type { ValueType } from '../messages.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import type { Json } from '../text-values.js'
import { textOf } from '../text-values.js'
import { doubleText, int64Text } from './numbers.js'

const encoder = new TextEncoder()

/** The UTF-8 bytes of a text. */
function bytesOf(text: string): Uint8Array {
  return encoder.encode(text)
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
