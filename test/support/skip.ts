import type { Context } from 'mocha'

/** Leaves a test out, and says why where the report lists it. Call it first thing in `function () { … }`, not in an arrow. */
export function skip(context: Context, reason: string): never {
  console.log(`    skipped: ${context.test?.fullTitle() ?? 'a test'}: ${reason}`)
  return context.skip()
}
