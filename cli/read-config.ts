import type { ConfigSources, GatewayConfig, TransportModules } from './config/index.js'
import { loadConfig, problemText } from './config/index.js'
import { exposure } from './exposure.js'
import { Failure } from './failure.js'

/** The configuration as it may be run; throws the failure that says everything that is wrong. */
export function readConfig(sources: ConfigSources, modules: TransportModules, insecure: boolean): GatewayConfig {
  const loaded = loadConfig(sources, modules)
  if (loaded.kind === 'problems') throw new Failure(2, loaded.problems.map(problemText).join('\n'))
  const exposed = insecure ? null : exposure(loaded.config)
  if (exposed !== null) throw new Failure(2, `rivulet: ${exposed}`)
  return loaded.config
}
