/** A parsed JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/**
 * Merges a patch into a value. RFC 7396 §2: members of an object replace, null removes, anything else replaces the whole.
 * Objects nested deeper than `depthMax` are replaced as a whole, so that hostile nesting ends in a value and not in a full stack.
 */
export function mergePatch(target: Json, patch: Json, depthMax = 64): Json {
  if (!isObject(patch) || depthMax === 0) return patch
  const merged = new Map<string, Json>(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name) ?? null, value, depthMax - 1))
  }
  return Object.fromEntries(merged)
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
