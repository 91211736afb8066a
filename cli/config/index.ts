export { type ChangedSettings, changedSettings } from './changes.js'
export type { Tree } from './layer.js'
export {
  type ConfigSources,
  type DataSettings,
  type GatewayConfig,
  type LoadedConfig,
  loadConfig,
  type TransportModules,
} from './load.js'
export { type Problem, problemText } from './problem.js'
export { type ReadProperties, readProperties } from './property-options.js'
export { hintFor } from './schema-problems.js'
