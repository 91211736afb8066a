import { readFileSync } from 'node:fs'
import type { Document, Node } from 'yaml'
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { KeyPath, Layer, Origin } from './layer.js'
import { emptyLayer, isTree, pathKey } from './layer.js'
import type { Problem } from './problem.js'

/** What reading a file gives: what could be read, and what could not. */
export interface ReadLayer {
  readonly layer: Layer
  readonly problems: readonly Problem[]
}

/** Reads a configuration file. A file that cannot be opened is a problem like others. */
export function readFileLayer(path: string): ReadLayer {
  try {
    return parseLayer(path, readFileSync(path, 'utf8'))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const why = error.code === 'ENOENT' ? 'there is no such file' : `cannot be read (${String(error.code)})`
    return { layer: emptyLayer, problems: [{ where: path, path: '', what: why }] }
  }
}

/** Reads the text of a configuration file; `name` is how messages call it. */
function parseLayer(name: string, text: string): ReadLayer {
  const lines = new LineCounter()
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    where: place(pos[0]),
    path: '',
    what: `not YAML as expected: ${cut(message)}`,
  }))
  // What follows the first is more often its consequence than another fault.
  if (document.errors.length > 0) return { layer: emptyLayer, problems: faults.slice(0, 1) }
  try {
    const { layer, problems } = layerOf(name, document, place)
    return { layer, problems: [...faults, ...problems] }
  } catch (error) {
    // Aliases without an anchor, or too many, show only when they are followed.
    if (!(error instanceof ReferenceError)) throw error
    return { layer: emptyLayer, problems: [{ where: name, path: '', what: `not YAML as expected: ${error.message}` }] }
  }
}

/** The parser quotes what it found, be it a whole paragraph. */
function cut(message: string): string {
  const [line = ''] = message.split('\n', 1)
  return line.length > 120 ? `${line.slice(0, 117)}…` : line
}

/** Aliases may not blow a small file up. */
const aliasesMax = 100

function layerOf(name: string, document: Document, place: (offset: number) => string): ReadLayer {
  const tree: unknown = document.toJS({ maxAliasCount: aliasesMax })
  if (tree === null) return { layer: emptyLayer, problems: [] }
  if (!isTree(tree)) {
    const problem = {
      where: `${name}:1:1`,
      path: '',
      what: 'expected a mapping of settings such as `http: {port: 8080}`',
    }
    return { layer: emptyLayer, problems: [problem] }
  }
  const origins = new Map<string, Origin>([['[]', { key: name, value: name }]])
  collect(document.contents, [], place, origins)
  return { layer: { tree, origins }, problems: [] }
}

function collect(node: unknown, path: KeyPath, place: (offset: number) => string, origins: Map<string, Origin>): void {
  const note = (key: string | number, keyNode: unknown, valueNode: unknown) => {
    const at = startOf(keyNode) ?? startOf(valueNode)
    if (at === null) return
    const inner = [...path, key]
    origins.set(pathKey(inner), { key: place(at), value: place(startOf(valueNode) ?? at) })
    collect(valueNode, inner, place, origins)
  }
  if (isMap(node)) for (const { key, value } of node.items) note(isScalar(key) ? String(key.value) : '', key, value)
  if (isSeq(node)) for (const [index, item] of node.items.entries()) note(index, item, item)
}

function startOf(node: unknown): number | null {
  return isNodeWithRange(node) ? node.range[0] : null
}

function isNodeWithRange(node: unknown): node is Node & { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}
