/** Our own mistake: a rule that core itself must keep was broken. Ends the session at work, never the process. */
class BrokenRule extends Error {
  override readonly name = 'BrokenRule'
}

/** Throws `BrokenRule` with the rule in words unless the condition holds. */
export function assert(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new BrokenRule(rule)
}
