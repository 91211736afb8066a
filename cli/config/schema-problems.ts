import type { z } from 'zod'
import type { Layer } from './layer.js'
import { nearest } from './nearest.js'
import type { Problem } from './problem.js'
import { unknownKey, wrongValue } from './problem.js'
import { keysAt } from './schema-names.js'

/** What the schema found wrong, each at its place in the sources. */
export function schemaProblems(schema: z.ZodType, layer: Layer, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
    if (issue.code !== 'unrecognized_keys') return [wrongValue(layer, path, issue.message, issue.input)]
    return issue.keys.map((key) => unknownKey(layer, [...path, key], hintFor(key, keysAt(schema, path))))
  })
}

/** What a wrong key may have meant. */
export function hintFor(key: string, known: readonly string[]): string {
  const meant = nearest(key, known)
  if (meant !== null) return `did you mean ${JSON.stringify(meant)}?`
  return known.length === 0 ? 'nothing is expected here' : `known here: ${known.join(', ')}`
}
