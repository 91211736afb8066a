import { setFlagsFromString } from 'node:v8'

/** How much bytecode a function runs through before V8 optimises it, bytes: three times V8's own 132 KiB. */
const interruptBudget = 400_000

/**
 * Suits V8's compilers to a gateway, which may meet thousands of clients in the seconds after its start. docs/adr/0013
 *
 * By itself V8 then optimises on four threads at once. On a machine with two cores these take the loop's: it waits for them, 4 ms at a
 * time and more, in the middle of a step. Baseline code at the first call, and optimised code later, leave it its core.
 */
export function compileGently(): void {
  setFlagsFromString('--always-sparkplug')
  setFlagsFromString(`--interrupt-budget=${interruptBudget}`)
}
