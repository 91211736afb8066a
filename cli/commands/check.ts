import { loadConfig, problemText } from '../config/index.js'
import { Failure } from '../failure.js'
import { loadTransports } from '../transport-folders.js'
import { machineWarnings } from '../warnings.js'

/** `rivulet check FILE` */
export async function check(file: string, { set }: { readonly set: readonly string[] }): Promise<void> {
  const loaded = loadConfig({ file, environment: process.env, set }, await loadTransports())
  if (loaded.kind === 'problems') throw new Failure(2, loaded.problems.map(problemText).join('\n'))
  for (const warning of machineWarnings()) process.stderr.write(`warning: ${warning}\n`)
  process.stdout.write(`${file}: ok\n`)
}
