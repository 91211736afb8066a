import type { CharacterSet } from './character-set.js'
import { contains } from './character-set.js'
import type { RegexNode } from './regex-syntax.js'

/** A place in a regular expression; `next` and `other` are where one goes from here. */
export interface State {
  /** characters: takes one and goes on. fork: goes both ways. start, end: goes on there only. accept: has matched, at the end. */
  readonly kind: 'characters' | 'fork' | 'start' | 'end' | 'accept'
  readonly set: CharacterSet
  /** The set is one character, written as itself. */
  readonly named: boolean
  next: State | null
  readonly other: State | null
  /** The step of the matcher that last came here. */
  reachedIn: number
}

/** A set of `characters` states that is emptied by setting `size` to 0, so that its memory is used again. */
export class StateList {
  readonly states: State[] = []
  size = 0

  add(state: State): void {
    this.states[this.size] = state
    this.size += 1
  }

  /** Its states that are one character written as itself. */
  named(): StateList {
    const named = new StateList()
    for (const state of this.states.slice(0, this.size)) if (state.named) named.add(state)
    return named
  }

  /** Whether some state takes the character. */
  takes(codePoint: number): boolean {
    return this.states.slice(0, this.size).some((state) => contains(state.set, codePoint))
  }
}

/** How many states `compileStates` makes, or more; it may be Infinity. Even an empty repetition counts, because making it takes time. */
export function countStates(node: RegexNode): number {
  switch (node.kind) {
    case 'sequence':
      return Math.max(1, sum(node.parts))
    case 'choice':
      return sum(node.options) + node.options.length
    case 'repeat':
      return Math.max(1, countRepeat(node, countStates(node.part)))
    default:
      return 1
  }
}

/** Makes the states of an expression and returns the one to begin in. */
export function compileStates(root: RegexNode): State {
  return compile(root, newState('accept', null))
}

/** Built from the back: each part is told where to go on. */
function compile(node: RegexNode, next: State): State {
  switch (node.kind) {
    case 'sequence':
      return node.parts.reduceRight((after, part) => compile(part, after), next)
    case 'choice':
      return node.options.map((option) => compile(option, next)).reduceRight((other, option) => fork(option, other))
    case 'repeat':
      return compileRepeat(node, next)
    case 'characters':
      return { ...newState('characters', next), set: node.set, named: node.named }
    default:
      return newState(node.kind, next)
  }
}

type Repeat = RegexNode & { readonly kind: 'repeat' }

/** `x{2,4}` becomes `xx(x(x)?)?` and `x{2,}` becomes `xxx*`. */
function compileRepeat(node: Repeat, next: State): State {
  let entry = next
  if (node.max === Number.POSITIVE_INFINITY) {
    const loop = fork(null, next)
    loop.next = compile(node.part, loop)
    entry = loop
  } else {
    for (let count = node.min; count < node.max; count++) entry = fork(compile(node.part, entry), next)
  }
  for (let count = 0; count < node.min; count++) entry = compile(node.part, entry)
  return entry
}

function countRepeat({ min, max }: Repeat, part: number): number {
  if (max === Number.POSITIVE_INFINITY) return (min + 1) * part + 1
  return max * part + (max - min)
}

function fork(next: State | null, other: State): State {
  return { ...newState('fork', next), other }
}

function newState(kind: State['kind'], next: State | null): State {
  return { kind, set: [], named: false, next, other: null, reachedIn: 0 }
}

function sum(nodes: readonly RegexNode[]): number {
  return nodes.reduce((total, node) => total + countStates(node), 0)
}
