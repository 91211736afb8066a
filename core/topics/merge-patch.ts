import type { Json, JsonObject } from '../text-values.js'

/**
 * Merges a patch into a value. RFC 7396 §2: members of an object replace, null removes, anything else replaces the whole. The
 * value is changed in place, and parts of the patch may become parts of it: a copy would cost more than the parsing.
 * Objects nested deeper than `depthMax` are replaced as a whole, so that hostile nesting ends in a value and not in a full stack.
 */
export function mergePatch(target: Json, patch: Json, depthMax = 64): Json {
  if (!isObject(patch) || depthMax === 0) return patch
  const merged: JsonObject = isObject(target) ? target : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else set(merged, name, mergePatch(ownMember(merged, name), value, depthMax - 1))
  }
  return merged
}

function ownMember(object: JsonObject, name: string): Json {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null
}

function set(object: JsonObject, name: string, value: Json): void {
  // To assign to this name would change what the object inherits from.
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  else object[name] = value
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
