import { httpLimits } from './limits.js'

/** The parameters of a query by name, decoded. */
export type Query = ReadonlyMap<string, string>

/** What a path or a query could not be read for, in words. */
export interface Unreadable {
  readonly why: string
}

const none: Query = new Map()

/** The path of a request's target as it was written, without its query. */
export function rawPathOf(target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}

/** Reads a query: `+` stays `+`, what is percent-encoded is decoded once, and each parameter stands there once. */
export function queryOf(target: string): Query | Unreadable {
  const start = target.indexOf('?')
  if (start < 0 || start === target.length - 1) return none
  const query = new Map<string, string>()
  const parts = target.slice(start + 1).split('&')
  if (parts.length > httpLimits.parametersMax) return { why: `more than ${httpLimits.parametersMax} parameters` }
  for (const part of parts) {
    const equals = part.indexOf('=')
    const name = decodedOnce(equals < 0 ? part : part.slice(0, equals))
    const value = decodedOnce(equals < 0 ? '' : part.slice(equals + 1))
    if (name === null || value === null) return { why: 'what is percent-encoded in the query is not UTF-8' }
    if (query.has(name)) return { why: `${shown(name)} stands there twice` }
    query.set(name, value)
  }
  return query
}

/** The text with percent-encoding undone exactly once; null: it stands for no UTF-8, or holds what no URL does. RFC 3986 §2.1 */
export function decodedOnce(text: string): string | null {
  if (!isUrlText.test(text)) return null
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

/** Printable ASCII, but for the backslash, of which some make a slash: all else must be percent-encoded. */
const isUrlText = /^[\x21-\x5b\x5d-\x7e]*$/

/**
 * A topic's path from the rest of a URL behind `/topics/`. Parsers and proxies fold empty levels, `.` and `..` there, so that such
 * a path would mean different topics on different ways here: it is refused, and `/topic?path=` is for it.
 */
export function pathInUrl(raw: string): string | Unreadable {
  const path = decodedOnce(raw)
  if (path === null) return { why: 'what is percent-encoded in the path is not UTF-8' }
  if (!isFolded.test(path)) return path
  return { why: 'empty levels, . and .. are folded in URLs: ask at /topic?path= for such a topic' }
}

const isFolded = /^$|^\/|\/\/|\/$|(?:^|\/)\.\.?(?:\/|$)/

/** A selector that matches this topic and nothing else; null: no topic has such a path. [SEM 5.3] */
export function selectorOf(path: string): string | null {
  if (isPlain.test(path)) return path
  if (path === '' || /[+#\0]/.test(path)) return null
  return path.split('/').map(literalLevel).join('/')
}

/** Nothing in it means anything to a selector. */
const isPlain = /^[^+#\0{~="']+$/

function literalLevel(level: string): string {
  return level.includes('{') || /^[~="']/.test(level) ? `="${level.replace(/["\\]/g, '\\$&')}"` : level
}

/** A text of the client's for a message to it: short, and without control characters. */
export function shown(text: string): string {
  const short = text.length > 100 ? `${text.slice(0, 100)}…` : text
  return JSON.stringify(short)
}
