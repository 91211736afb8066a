import { createPatch } from 'rfc6902'
import type { HeldVersion, Update } from '../../core/index.js'
import { eventLimits } from './limits.js'
import { textOf } from './value-form.js'

const { patchValueBytesMax, patchNodesMax, patchPairsMax, patchDepthMax } = eventLimits

/** What a document is made of, as far as the work of comparing it depends on it. */
interface Shape {
  nodes: number
  hasArrays: boolean
}

/**
 * What makes the version that the reader holds the new one, as JSON text of RFC 6902. Null: there is no such patch, to find it takes
 * too long, or the value itself is no longer.
 */
export function patchText(base: HeldVersion, update: Update): string | null {
  if (base.type !== 'json' || update.type !== 'json' || update.content !== 'value') return null
  if (base.value.length > patchValueBytesMax || update.value.length > patchValueBytesMax) return null
  const [before, after] = [documentOf(base.value), documentOf(update.value)]
  if (before === undefined || after === undefined || !isWorthIt(before, after)) return null
  const text = JSON.stringify(createPatch(before, after))
  return text.length < update.value.length ? text : null
}

function documentOf(bytes: Uint8Array): unknown {
  const text = textOf(bytes)
  if (text === null || hasUnsafeIntegers(text)) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Two that differ may be the same number here, and not to a reader whose integers are exact. */
function hasUnsafeIntegers(text: string): boolean {
  if (!/\d{16}/.test(text)) return false
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[-+.\deE]+/g))
    if (/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token))) return true
  return false
}

function isWorthIt(before: unknown, after: unknown): boolean {
  const [one, other] = [shapeOf(before), shapeOf(after)]
  if (one === null || other === null) return false
  return !(one.hasArrays && other.hasArrays) || one.nodes * other.nodes <= patchPairsMax
}

/** Null: too big, too deep, or with a name that would make objects of careless readers into something else. */
function shapeOf(document: unknown): Shape | null {
  const shape = { nodes: 0, hasArrays: false }
  return measure(document, shape, 0) ? shape : null
}

function measure(value: unknown, shape: Shape, depth: number): boolean {
  shape.nodes += 1
  if (shape.nodes > patchNodesMax || depth > patchDepthMax) return false
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) shape.hasArrays = true
  else if (Object.hasOwn(value, '__proto__')) return false
  return Object.values(value).every((member) => measure(member, shape, depth + 1))
}
