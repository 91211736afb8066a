import { contains } from './character-set.js'
import { regexStatesMax } from './limits.js'
import type { Malformed } from './malformed.js'
import { malformed } from './malformed.js'
import type { State } from './regex-states.js'
import { compileStates, countStates, StateList } from './regex-states.js'
import type { RegexNode } from './regex-syntax.js'
import { parseRegex } from './regex-syntax.js'

/** What making a matcher gives; `at` counts characters from the start of the expression. */
export type CompiledRegex = { readonly kind: 'regex'; readonly regex: LevelRegex } | Malformed

/** Makes the matcher of one regular expression, or says what is wrong with it. */
export function compileRegex(text: string): CompiledRegex {
  const parsed = parseRegex(text)
  if (parsed.kind === 'malformed') return parsed
  const states = countStates(parsed.root)
  if (states < regexStatesMax) return { kind: 'regex', regex: new LevelRegex(parsed.root, states) }
  return malformed(`its repetitions written out, it has more than ${regexStatesMax} states`, 0)
}

/**
 * Matches whole levels against one regular expression.
 *
 * After each character it holds the set of all states in which an attempt could be, and no attempt is ever
 * taken back: a level costs at most its characters times the states, whatever the expression. It allocates
 * nothing once its two lists have grown to their size.
 */
export class LevelRegex {
  /** What a character may cost: see above. */
  readonly states: number
  /** States that may take the first character: the same for every level, so found once. Most levels fail here. */
  private readonly first: StateList
  private readonly firstNamed: StateList
  private readonly matchesEmpty: boolean
  private current = new StateList()
  private upcoming = new StateList()
  /** Counts the sets built; exact to 2^53. */
  private step = 0
  private atStart = false
  private atEnd = false
  private accepted = false

  constructor(root: RegexNode, states: number) {
    this.states = states
    const entry = compileStates(root)
    this.begin(true, true)
    this.reach(entry)
    this.matchesEmpty = this.accepted
    this.begin(true, false)
    this.reach(entry)
    this.first = this.upcoming
    this.firstNamed = this.first.named()
    this.upcoming = new StateList()
  }

  /** With `firstNamed` the first character must stand in the expression as itself: not in a class, not as `.`. */
  matches(level: string, firstNamed = false): boolean {
    if (level === '') return this.matchesEmpty
    let at = this.advance(firstNamed ? this.firstNamed : this.first, level, 0)
    while (at < level.length && this.current.size > 0) at = this.advance(this.current, level, at)
    return this.accepted
  }

  /** Whether a level could match with `firstNamed` that begins with this character. */
  mayBeginNaming(character: string): boolean {
    return this.firstNamed.takes(character.codePointAt(0) ?? 0)
  }

  /** Takes the character at `at`, makes `current` the set of states after it, and returns where the next one begins. */
  private advance(from: StateList, level: string, at: number): number {
    const codePoint = level.codePointAt(at) ?? 0
    const after = at + (codePoint > 0xffff ? 2 : 1)
    this.begin(false, after === level.length)
    for (let index = 0; index < from.size; index++) {
      const state = from.states[index]
      if (state !== undefined && contains(state.set, codePoint)) this.reach(state.next)
    }
    const spare = this.current
    this.current = this.upcoming
    this.upcoming = spare
    return after
  }

  private begin(atStart: boolean, atEnd: boolean): void {
    this.step += 1
    this.atStart = atStart
    this.atEnd = atEnd
    this.accepted = false
    this.upcoming.size = 0
  }

  /** Adds to `upcoming` the states to which one comes from here without taking a character. */
  private reach(state: State | null): void {
    if (state === null || state.reachedIn === this.step) return
    state.reachedIn = this.step
    if (state.kind === 'characters') this.upcoming.add(state)
    else if (state.kind === 'accept') this.accepted = this.atEnd
    else if (this.passes(state)) {
      this.reach(state.next)
      this.reach(state.other)
    }
  }

  private passes(state: State): boolean {
    return state.kind === 'fork' || (state.kind === 'start' ? this.atStart : this.atEnd)
  }
}
