import type { Update, ValueType } from '../../core/index.js'
import { isJsonText } from '../json/index.js'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of the bytes; null if they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/**
 * A value as it stands in an event: JSON on one line. JSON stays as it was published, but for its line breaks; text is a string; a number beyond ±2^53, where
 * most readers would round it, a string too; bytes that are no text `{"base64":"…"}`. [SEM 4.4]
 */
export function valueForm({ type, value }: Pick<Update, 'type' | 'value'>): string {
  const text = type === 'binary' ? null : textOf(value)
  if (text === null) return `{"base64":"${Buffer.from(value).toString('base64')}"}`
  return forms[type](text, value)
}

const forms: Readonly<Record<ValueType, (text: string, value: Uint8Array) => string>> = {
  // Its type was promised, and is checked where it is needed: what is no JSON would break out of the event.
  json: (text, value) => (isJsonText(value) ? onOneLine(text) : JSON.stringify(text)),
  string: (text) => JSON.stringify(text),
  int64: (text) => (Number.isSafeInteger(Number(text)) ? text : JSON.stringify(text)),
  // Kept in the spelling of JavaScript, which is that of JSON.
  double: (text) => text,
  binary: (text) => JSON.stringify(text),
}

/** Line breaks stand between the tokens of JSON, never within: there a space does as well. RFC 8259 §2 */
function onOneLine(text: string): string {
  return lineBreak.test(text) ? text.replaceAll(lineBreaks, ' ') : text
}

const lineBreak = /[\r\n]/
const lineBreaks = /[\r\n]/g
