import { setFlagsFromString } from 'node:v8'

/**
 * For V8 11.3, that of Node 20, alone: baseline code at the first call, and three times its own 132 KiB of bytecode between two looks whether
 * a function is to be optimised. Later versions count calls instead, have one compiler more, and were not measured.
 */
export function compilationFlags(v8: string): readonly string[] {
  return v8.startsWith('11.3.') ? ['--always-sparkplug', '--interrupt-budget=400000'] : []
}

/**
 * Has V8 optimise later, for a gateway may meet thousands of clients in the seconds after its start. docs/adr/0013
 *
 * By itself V8 then optimises on four threads at once. With two cores they also run on the loop's, and the loop waits for them in the
 * middle of a step, 4 ms or more each time. To be called before anything of the gateway has run.
 */
export function optimiseLater(): void {
  for (const flag of compilationFlags(process.versions.v8)) setFlagsFromString(flag)
}
