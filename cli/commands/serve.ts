import { createLog } from '../../ops/index.js'
import type { ConfigSources, GatewayConfig, TransportModules } from '../config/index.js'
import { loadConfig, problemText } from '../config/index.js'
import { exposure } from '../exposure.js'
import { Failure } from '../failure.js'
import { GatewayRun } from '../gateway-run.js'
import { superviseProcess } from '../process-signals.js'
import { loadTransports } from '../transport-folders.js'

/** The options of `rivulet serve`. */
export interface ServeOptions {
  readonly config?: string
  readonly set: readonly string[]
  readonly insecure: boolean
}

/** `rivulet serve`: returns when the gateway listens; the process ends by a signal. */
export async function serve({ config: file, set, insecure }: ServeOptions): Promise<void> {
  const sources: ConfigSources = { file: file ?? null, environment: process.env, set }
  const modules = await loadTransports()
  const config = readConfig(sources, modules, insecure)
  const log = createLog(config.logLevel)
  const run = new GatewayRun(config, { modules, log })
  superviseProcess(log, {
    drain: () => run.drain(),
    reload: () => run.reload(readConfig(sources, modules, insecure)),
  })
  const { lines } = await run.listen()
  process.stdout.write(`${lines.join('\n')}\nready\n`)
}

/** The checked configuration; throws the failure that says everything that is wrong. */
export function readConfig(sources: ConfigSources, modules: TransportModules, insecure: boolean): GatewayConfig {
  const loaded = loadConfig(sources, modules)
  if (loaded.kind === 'problems') throw new Failure(2, loaded.problems.map(problemText).join('\n'))
  const exposed = exposure(loaded.config)
  if (exposed !== null && !insecure) throw new Failure(2, `rivulet: ${exposed}`)
  return loaded.config
}
