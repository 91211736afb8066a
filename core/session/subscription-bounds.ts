import type { Subscription } from '../flow/subscription.js'
import type { Limits } from '../limits.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import type { Selector } from '../topics/selector.js'

/** Why one more subscription, or other options for the one with this selector, would be too much for a session. */
export function boundObjection(
  { subscriptionsMax, regexLevelsMax }: Limits,
  subscriptions: ReadonlyMap<string, Subscription>,
  selector: Selector,
): Refusal | null {
  if (subscriptions.has(selector.text)) return null
  if (subscriptions.size >= subscriptionsMax) {
    return refuse('limitReached', `a session has at most ${subscriptionsMax} subscriptions`)
  }
  let regexLevels = regexLevelsOf(selector)
  if (regexLevels === 0) return null
  for (const subscription of subscriptions.values()) regexLevels += regexLevelsOf(subscription.selector)
  if (regexLevels <= regexLevelsMax) return null
  return refuse('limitReached', `a session has at most ${regexLevelsMax} levels with regular expressions`)
}

/** Each of them may have to be tried at every publish. */
export function regexLevelsOf({ levels }: Selector): number {
  let count = 0
  for (const level of levels) if (level.kind === 'regex') count += 1
  return count
}
