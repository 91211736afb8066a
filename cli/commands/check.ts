import { readConfig } from '../read-config.js'
import { loadTransports } from '../transport-folders.js'
import { accessWarnings, machineWarnings } from '../warnings.js'

/** The options of `rivulet check`, which are those of `serve`. */
export interface CheckOptions {
  readonly set: readonly string[]
  readonly insecure: boolean
}

/** `rivulet check FILE`: refuses what `serve` would refuse. */
export async function check(file: string, { set, insecure }: CheckOptions): Promise<void> {
  const { access } = readConfig({ file, environment: process.env, set }, await loadTransports(), insecure)
  for (const warning of [...accessWarnings(access), ...machineWarnings()]) process.stderr.write(`warning: ${warning}\n`)
  process.stdout.write(`${file}: ok\n`)
}
