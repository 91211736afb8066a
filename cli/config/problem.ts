import type { KeyPath, Layer } from './layer.js'
import { originOf, pathText } from './layer.js'

/** One thing that is wrong with a configuration, in words for whoever mends it. */
export interface Problem {
  /** `rivulet.yaml:3:9`, the name of a variable, or an option; empty if unknown. */
  readonly where: string
  /** `http.port`; empty for the whole. */
  readonly path: string
  readonly what: string
}

/** `rivulet.yaml:3:9 http.port: expected a port, found "eighty"` */
export function problemText({ where, path, what }: Problem): string {
  const subject = [where, path].filter((part) => part !== '').join(' ')
  return subject === '' ? what : `${subject}: ${what}`
}

/** Says what was expected and found at a setting of the merged configuration. */
export function wrongValue(layer: Layer, path: KeyPath, expected: string, found: unknown): Problem {
  const where = originOf(layer, path)?.value ?? ''
  return { where, path: pathText(path), what: `expected ${expected}, found ${shown(path, found)}` }
}

/** Says that a key has no meaning where it stands. */
export function unknownKey(layer: Layer, path: KeyPath, hint: string): Problem {
  return { where: originOf(layer, path)?.key ?? '', path: pathText(path), what: `unknown key; ${hint}` }
}

const secretNames = /pass|secret|token|key/i

/** A found value as it may be repeated: short, and never a secret. */
function shown(path: KeyPath, found: unknown): string {
  if (found === undefined || found === null) return 'nothing'
  if (Array.isArray(found)) return 'a list'
  if (typeof found === 'object' && found !== null) return 'a mapping'
  if (path.some((key) => typeof key === 'string' && secretNames.test(key))) return 'something else'
  const text = typeof found === 'bigint' ? String(found) : JSON.stringify(found)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
