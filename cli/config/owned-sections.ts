import type { OptionFault } from '../../net/index.js'
import { OptionError } from '../../net/index.js'
import type { KeyPath, Layer } from './layer.js'
import { isTree } from './layer.js'
import type { Problem } from './problem.js'
import { unknownKey, wrongValue } from './problem.js'
import { hintFor } from './schema-problems.js'

/** A section that another folder reads: `http` is net's, `transports.NAME` that transport's. */
export interface OwnedSection<Options = unknown> {
  readonly path: KeyPath
  /** Throws `OptionError`; without a section, it gives the defaults. */
  parse(section: unknown): Options
}

/** What reading such a section gives. */
export type ReadSection<Options> =
  | { readonly kind: 'options'; readonly options: Options }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }

/** Lets the owner read its section of the merged configuration, and finds the lines for what it complains of. */
export function readSection<Options>(layer: Layer, section: OwnedSection<Options>): ReadSection<Options> {
  try {
    return { kind: 'options', options: section.parse(valueAt(layer.tree, section.path)) }
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    const problems = error.faults.flatMap((fault) => problemsOf(layer, section, fault))
    return { kind: 'problems', problems }
  }
}

/** The keys that the owner knows: those of its defaults. */
export function keysOf({ parse }: OwnedSection): readonly string[] {
  const defaults = parse(undefined)
  return isTree(defaults) ? Object.keys(defaults) : []
}

/** The owners check with zod as well, and pass its sentences on. */
const unrecognised = /^Unrecognized keys?: (.*)$/

function problemsOf(layer: Layer, section: OwnedSection, { path, expected }: OptionFault): Problem[] {
  const full = [...section.path, ...path]
  const [, names] = unrecognised.exec(expected) ?? []
  if (names === undefined) return [wrongValue(layer, full, asNoun(expected), valueAt(layer.tree, full))]
  const known = path.length === 0 ? keysOf(section) : []
  return [...names.matchAll(/"([^"]*)"/g)].map(([, name = '']) =>
    unknownKey(layer, [...full, name], hintFor(name, known)),
  )
}

/** "Invalid input: expected number, received string" → "number". */
function asNoun(sentence: string): string {
  return sentence.replace(/^.*?\bexpected /, '').replace(/, received .*$/, '')
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(tree: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)]
    return isTree(at) ? at[key] : undefined
  }, tree)
}
