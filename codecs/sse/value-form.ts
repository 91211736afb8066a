import type { Update, ValueType } from '../../core/index.js'

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

/** Whether a text is JSON as a whole. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
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
  return forms[type](text)
}

const forms: Readonly<Record<ValueType, (text: string) => string>> = {
  // Its type was promised, and is checked where it is needed: what is no JSON would break out of the event.
  json: (text) => (isJson(text) ? onOneLine(text) : JSON.stringify(text)),
  string: (text) => JSON.stringify(text),
  int64: (text) => (Number.isSafeInteger(Number(text)) ? text : JSON.stringify(text)),
  double: doubleForm,
  binary: (text) => JSON.stringify(text),
}

/** JSON has no other spelling for a number than that of JavaScript, in which doubles are kept. */
function doubleForm(text: string): string {
  return isJson(text) ? text : JSON.stringify(text)
}

/** Line breaks stand between the tokens of JSON, never within: there a space does as well. RFC 8259 §2 */
function onOneLine(text: string): string {
  return lineBreak.test(text) ? text.replaceAll(lineBreaks, ' ') : text
}

const lineBreak = /[\r\n]/
const lineBreaks = /[\r\n]/g
