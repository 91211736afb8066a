import type { ValueType } from '../core/index.js'
import { Failure } from './failure.js'

/** What is published for a text, and what its author may not have meant; null: nothing. */
export interface TypedValue {
  readonly bytes: Uint8Array
  readonly note: string | null
}

/**
 * The text as it stands, so that the gateway sees what was typed; binary values are typed in base64. Throws a `Failure` for
 * what is not of the type, since a gateway checks JSON only when it needs to. [SEM 4.4]
 */
export function valueBytes(text: string, type: ValueType | null): TypedValue {
  if (type === 'binary') return { bytes: fromBase64(text), note: null }
  const fault = type === 'json' || (type === null && /^\s*[{["]/.test(text)) ? jsonFault(text) : null
  if (fault !== null && type === 'json')
    throw new Failure(2, `rivulet: the value is not JSON (${fault}): mend it, or publish it with --type string`)
  const note =
    fault === null
      ? null
      : `the value is a string, since it is not JSON (${fault}); --type string says so, --type json refuses it`
  return { bytes: Buffer.from(text), note }
}

/** Node's decoder leaves out what it does not understand. */
function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64').replace(/=+$/, '') === text.replace(/={1,2}$/, '')) return bytes
  throw new Failure(
    2,
    'rivulet: the value is not base64, in which binary values are given: for text, use --type string',
  )
}

function jsonFault(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return error.message.replace(/\p{Cc}/gu, '?')
  }
}
