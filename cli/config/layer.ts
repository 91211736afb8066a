/** Where a setting stands in the tree of the configuration. */
export type KeyPath = readonly (string | number)[]

/** Mappings, lists and scalars, as YAML and JSON know them. */
export type Tree = { [key: string]: unknown }

/** Where a person finds a setting: `rivulet.yaml:3:9`, `RIVULET_HTTP__PORT`, `--set http.port`. */
export interface Origin {
  readonly key: string
  readonly value: string
}

/** One source of settings: the values, and where each was said. */
export interface Layer {
  readonly tree: Tree
  /** By `pathKey`. */
  readonly origins: ReadonlyMap<string, Origin>
}

/** A layer that says nothing. */
export const emptyLayer: Layer = { tree: {}, origins: new Map() }

/** The path as a key of a map. Joined by dots it would be ambiguous: keys may hold dots. */
export const pathKey = (path: KeyPath): string => JSON.stringify(path.map(String))

/** The path as people write it. */
export const pathText = (path: KeyPath): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${key}` : key), '')

/** Mappings only; a list is none. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Origin of the setting, or of the nearest mapping around it that was written down. */
export function originOf({ origins }: Layer, path: KeyPath): Origin | null {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const origin = origins.get(pathKey(path.slice(0, depth)))
    if (origin !== undefined) return origin
  }
  return null
}

/** A layer that says one thing. */
export function singleSetting(path: KeyPath, value: unknown, where: string): Layer {
  const tree = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
  const origins = leavesOf(value, path).map((leaf) => [pathKey(leaf), { key: where, value: where }] as const)
  return { tree: isTree(tree) ? tree : {}, origins: new Map(origins) }
}

function leavesOf(value: unknown, path: KeyPath): KeyPath[] {
  const keys = isTree(value) ? Object.keys(value) : []
  if (!isTree(value) || keys.length === 0) return [path]
  return keys.flatMap((key) => leavesOf(value[key], [...path, key]))
}

/** Lays one layer over another: mappings grow together, anything else is replaced. */
export function overlay(lower: Layer, upper: Layer): Layer {
  const origins = new Map(lower.origins)
  for (const [path, origin] of upper.origins) {
    forget(origins, path)
    origins.set(path, origin)
  }
  return { tree: mergeTrees(lower.tree, upper.tree), origins }
}

/** What stood below a replaced setting has no place any more; the upper layer's own places below it come after it. */
function forget(origins: Map<string, Origin>, path: string): void {
  const inside = `${path.slice(0, -1)},`
  const isMapping = path === '[]'
  if (isMapping) return
  for (const key of origins.keys()) if (key.startsWith(inside)) origins.delete(key)
}

function mergeTrees(lower: Tree, upper: Tree): Tree {
  const merged = { ...lower }
  for (const [key, value] of Object.entries(upper)) merged[key] = mergeValues(lower[key], value)
  return merged
}

function mergeValues(lower: unknown, upper: unknown): unknown {
  if (!isTree(upper)) return upper
  if (isTree(lower)) return mergeTrees(lower, upper)
  return mergeIntoList(Array.isArray(lower) ? lower : [], upper) ?? upper
}

/** `topics.rules.0.priority` reaches into a list; null when the keys are not places of the list or the next ones. */
function mergeIntoList(lower: readonly unknown[], upper: Tree): unknown[] | null {
  const merged = [...lower]
  for (const [key, value] of Object.entries(upper)) {
    if (!/^\d{1,6}$/.test(key) || Number(key) > merged.length) return null
    merged[Number(key)] = mergeValues(merged[Number(key)], value)
  }
  return merged.length === 0 ? null : merged
}
