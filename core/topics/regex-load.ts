import type { Selector } from './selector.js'

/** How many states the regular expressions of a selector have: each may be tried with each character of a name. */
export function regexStatesOf({ levels }: Selector): number {
  let states = 0
  for (const level of levels) if (level.kind === 'regex') states += level.regex.states
  return states
}

/** How many levels of a selector are regular expressions. */
export function regexLevelsOf({ levels }: Selector): number {
  let count = 0
  for (const level of levels) if (level.kind === 'regex') count += 1
  return count
}

/** The regular expressions that a publish may have to try: those of equal selectors are tried once. */
export class RegexLoad {
  /** States of them all. */
  states = 0
  /** How often each selector with regular expressions is in use. */
  private readonly uses = new Map<string, number>()

  /** States that would come with this selector. */
  more(selector: Selector): number {
    return this.uses.has(selector.text) ? 0 : regexStatesOf(selector)
  }

  add(selector: Selector): void {
    if (regexStatesOf(selector) === 0) return
    this.states += this.more(selector)
    this.uses.set(selector.text, (this.uses.get(selector.text) ?? 0) + 1)
  }

  /** Takes back one `add`. */
  remove(selector: Selector): void {
    const uses = this.uses.get(selector.text)
    if (uses === undefined) return
    if (uses > 1) {
      this.uses.set(selector.text, uses - 1)
      return
    }
    this.uses.delete(selector.text)
    this.states -= regexStatesOf(selector)
  }
}
