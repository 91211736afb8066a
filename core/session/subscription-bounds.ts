import type { Subscription } from '../flow/subscription.js'
import type { Limits } from '../limits.js'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import type { RegexLoad } from '../topics/regex-load.js'
import { regexStatesOf } from '../topics/regex-load.js'
import type { Selector } from '../topics/selector.js'

/** Why one more subscription, or other options for the one with this selector, would be too much for a session, or for the node. */
export function boundObjection(
  limits: Limits,
  subscriptions: ReadonlyMap<string, Subscription>,
  selector: Selector,
  load: RegexLoad,
): Refusal | null {
  if (subscriptions.has(selector.text)) return null
  const { subscriptionsMax, regexSessionStatesMax, regexNodeStatesMax } = limits
  if (subscriptions.size >= subscriptionsMax) {
    return refuse('limitReached', `a session has at most ${subscriptionsMax} subscriptions`)
  }
  let states = regexStatesOf(selector)
  if (states === 0) return null
  for (const subscription of subscriptions.values()) states += regexStatesOf(subscription.selector)
  if (states > regexSessionStatesMax) {
    return refuse('limitReached', `the regular expressions of a session have at most ${regexSessionStatesMax} states`)
  }
  if (load.states + load.more(selector) <= regexNodeStatesMax) return null
  return refuse('limitReached', `the regular expressions of all sessions have at most ${regexNodeStatesMax} states`)
}
