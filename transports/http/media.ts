import type { Attributes, ValueType } from '../../core/index.js'
import type { Problem } from '../../net/index.js'
import { problem } from './problems.js'

/** How the body of a write is to be taken. */
export interface Typed {
  /** Null: the gateway looks at the bytes. */
  readonly type: ValueType | null
  readonly attributes: Attributes | null
}

const untyped: Typed = { type: null, attributes: null }
const json: Typed = { type: 'json', attributes: null }
const text: Typed = { type: 'string', attributes: null }
const binary: Typed = { type: 'binary', attributes: null }

/** The types that have a name of their own among media types. */
const plain: ReadonlyMap<string, Typed> = new Map([
  ['', untyped],
  // What curl says of any body if it is told nothing else.
  ['application/x-www-form-urlencoded', untyped],
  ['application/json', json],
  ['text/plain', text],
  ['application/octet-stream', binary],
])

const valueTypes: readonly string[] = ['json', 'string', 'int64', 'double', 'binary'] satisfies ValueType[]

/** Whether the text names a type of values. */
export function isValueType(name: string): name is ValueType {
  return valueTypes.includes(name)
}

/** What a body is by its `Content-Type`, or by the type that the query asks for. [SEM 4.4] */
export function typedBy(contentType: string | null, asked: string | undefined): Typed | Problem {
  if (asked !== undefined && !isValueType(asked))
    return problem('invalidQuery', `type: expected one of ${valueTypes.join(', ')}`)
  const known = asked === undefined ? plain.get(contentType ?? '') : undefined
  if (known !== undefined) return known
  const field = (contentType ?? '').trim()
  const semicolon = field.indexOf(';')
  const name = (semicolon < 0 ? field : field.slice(0, semicolon)).trim().toLowerCase()
  const parameters = semicolon < 0 ? '' : field.slice(semicolon)
  const found = plain.get(name) ?? declared(name, field)
  if (found === undefined) return unsupported(name)
  if (found.type === 'string' && !isUtf8(parameters)) return unsupported(field)
  return asked === undefined ? found : { ...found, type: asked }
}

/** Any other media type is kept with the value. */
function declared(name: string, field: string): Typed | undefined {
  if (!isMediaType(field) || name.startsWith('multipart/')) return undefined
  const type = name.endsWith('+json') ? 'json' : name.startsWith('text/') ? 'string' : 'binary'
  const rest = { pairs: [], isText: false, replyPath: null, correlation: null }
  return { type, attributes: { contentType: field, ...rest } }
}

function isUtf8(parameters: string): boolean {
  const charset = /;[ \t]*charset="?([^";]*)"?/i.exec(parameters)?.[1]
  return charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset.trim())
}

function unsupported(name: string): Problem {
  return problem('unsupportedMediaType', `expected a media type, text in UTF-8; found ${name.slice(0, 100)}`)
}

/** A media type that may stand in a header field. RFC 9110 §8.3.1 */
function isMediaType(field: string): boolean {
  return field.length <= 200 && mediaType.test(field)
}

const mediaType =
  /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[ \t]*;[ \t]*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))*$/

/** What the value of a topic is as a body: what its publisher called it where that fits its type, else what its type is. */
export function contentTypeOf(type: ValueType, attributes: Attributes | null): string {
  const said = attributes?.contentType ?? null
  if (said !== null && isMediaType(said) && fits(type, said.toLowerCase())) return said
  return type === 'json' ? 'application/json' : type === 'binary' ? 'application/octet-stream' : textual
}

const textual = 'text/plain; charset=utf-8'

function fits(type: ValueType, said: string): boolean {
  if (type === 'binary') return true
  return type === 'json' ? /^[^;]*[/+]json(?:[ \t]*;|$)/.test(said) : type === 'string' && said.startsWith('text/')
}
