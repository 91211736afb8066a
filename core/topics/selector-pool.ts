import type { Selector } from './selector.js'

/** Lets the subscriptions of many sessions share what their selectors were read into, since most subscribe to the same. */
export class SelectorPool {
  private readonly byText = new Map<string, Selector>()
  private readonly countMax: number

  /** Of more than `countMax` the one that came first is forgotten; who has it keeps it. */
  constructor(countMax: number) {
    this.countMax = countMax
  }

  /** The selector that stands for all with this text and this view. */
  shared(selector: Selector): Selector {
    // No text holds NUL.
    const key = selector.first === 0 ? selector.text : `${selector.first}\0${selector.text}`
    const known = this.byText.get(key)
    if (known) return known
    this.byText.set(key, selector)
    const [first = ''] = this.byText.keys()
    if (this.byText.size > this.countMax) this.byText.delete(first)
    return selector
  }
}
