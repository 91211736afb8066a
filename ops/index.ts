export { type Condition, Health } from './health.js'
export { createLog, type Log, type LogLevel, logLevels } from './log.js'
export { Repeats } from './repeats.js'
export { type OpsServer, type OpsSources, serveOps } from './server.js'
