import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Comment } from 'oxc-parser'
import { parseSync } from 'oxc-parser'

/** A part of the syntax tree (ESTree with TypeScript), as far as the rules need to know it. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** A node and where it hangs. */
export interface Place {
  readonly node: Node
  readonly parent: Place | undefined
  /** The field of the parent that holds this node. */
  readonly field: string
}

interface Syntax {
  readonly places: readonly Place[]
  readonly comments: readonly Comment[]
}

/** One file of the checkout, parsed when a rule first asks for its syntax. */
export class SourceFile {
  private syntax: Syntax | undefined

  constructor(
    readonly path: string,
    readonly text: string,
  ) {}

  /** Every node, outer before inner. */
  get places(): readonly Place[] {
    return this.parsed().places
  }

  get comments(): readonly Comment[] {
    return this.parsed().comments
  }

  get lineCount(): number {
    return this.text.replace(/\n$/, '').split('\n').length
  }

  lineAt(offset: number): number {
    return this.text.slice(0, offset).split('\n').length
  }

  private parsed(): Syntax {
    this.syntax ??= parse(this.path, this.text)
    return this.syntax
  }
}

function parse(path: string, text: string): Syntax {
  const { program, comments, errors } = parseSync(path, text, { sourceType: 'module' })
  const [first] = errors
  if (first) throw new Error(`${path} does not parse: ${first.message}`)
  const places: Place[] = []
  collect(program, undefined, '', places)
  return { places, comments }
}

function collect(value: unknown, parent: Place | undefined, field: string, places: Place[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, parent, field, places)
  } else if (isNode(value)) {
    const place = { node: value, parent, field }
    places.push(place)
    for (const [name, child] of Object.entries(value)) collect(child, place, name, places)
  }
}

/** Whether a field of a node holds another node. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** The name of an identifier, private name or string key; undefined for any other value. */
export function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined
  const name = value.type === 'Literal' ? value.value : value.name
  return typeof name === 'string' ? name : undefined
}

export const root: string = fileURLToPath(new URL('../../..', import.meta.url))

/** Paths of what is, or is about to be, under version control. */
export function repositoryPaths(folder: string = root): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: folder })
  return [...new Set(listed.toString().split('\0'))].filter((path) => isFile(join(folder, path))).sort()
}

/** No file: one that was deleted and not committed, and a link to a folder, as to the `node_modules` of another checkout. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

export function readSource(path: string): SourceFile {
  return new SourceFile(path, readFileSync(root + path, 'utf8'))
}
