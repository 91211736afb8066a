import { parseDocument } from 'yaml'

/**
 * Reads the value of `--set` and of a variable as YAML would: `8090` is a number, `true` a truth value, `[a, b]` a list.
 * What is no scalar, and does not begin with a bracket, is text: `a: b` and a password with a colon mean themselves.
 */
export function parseValue(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false })
  if (document.errors.length > 0) return text
  const value: unknown = document.toJS({ maxAliasCount: 0 })
  const isPlain = typeof value !== 'object' || value === null || /^\s*[[{]/.test(text)
  return isPlain ? value : text
}
