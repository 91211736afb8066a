import type { Layer } from './layer.js'
import { emptyLayer, overlay, singleSetting } from './layer.js'
import { parseValue } from './parse-value.js'
import type { Problem } from './problem.js'

/** Reads `key=value` arguments, later ones over earlier ones; `option` is what stands before each, if anything. */
export function readSetOptions(
  assignments: readonly string[],
  option: string | null = '--set',
): { readonly layer: Layer; readonly problems: readonly Problem[] } {
  const isAssignment = (text: string) => /^[^=\s.]+(\.[^=\s.]+)*=/.test(text)
  const where = option ?? ''
  const layer = assignments
    .filter(isAssignment)
    .reduce((lower, text) => overlay(lower, singleSetting(keyIn(text).split('.'), valueIn(text), where)), emptyLayer)
  const problems = assignments
    .filter((text) => !isAssignment(text))
    // The value may be a secret, so that only what stands before it is repeated.
    .map((text) => ({
      where,
      path: keyIn(text),
      what: 'expected key=value such as http.port=8090',
    }))
  return { layer, problems }
}

function keyIn(assignment: string): string {
  return assignment.split('=', 1)[0] ?? ''
}

function valueIn(assignment: string): unknown {
  return parseValue(assignment.slice(assignment.indexOf('=') + 1))
}
