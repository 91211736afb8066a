import { createLog } from '../../ops/index.js'
import { optimiseSooner } from '../compilation.js'
import type { ConfigSources } from '../config/index.js'
import { growUnderTraffic } from '../garbage-collection.js'
import { makeRun } from '../make-run.js'
import { superviseProcess } from '../process-signals.js'
import { readConfig } from '../read-config.js'
import { loadTransports } from '../transport-folders.js'

/** The options of `rivulet serve`. */
export interface ServeOptions {
  readonly config?: string
  readonly set: readonly string[]
  readonly insecure: boolean
}

/** `rivulet serve`: returns when the gateway listens; the process ends by a signal. */
export async function serve({ config: file, set, insecure }: ServeOptions): Promise<void> {
  optimiseSooner()
  const sources: ConfigSources = { file: file ?? null, environment: process.env, set }
  const modules = await loadTransports()
  const config = readConfig(sources, modules, insecure)
  const log = createLog(config.logLevel)
  const run = await makeRun(config, { modules, log, insecure })
  superviseProcess(log, {
    drain: () => run.drain(),
    reload: () => run.reload(readConfig(sources, modules, insecure)),
  })
  const { lines } = await run.listen()
  growUnderTraffic(run.gateway)
  process.stdout.write(`${lines.join('\n')}\nready\n`)
}
