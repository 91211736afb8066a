import { createLog } from '../../ops/index.js'
import { optimiseSooner } from '../compilation.js'
import type { ConfigSources } from '../config/index.js'
import { demoPlayer } from '../demo/demo-run.js'
import { recordedFeeds } from '../demo/feeds/index.js'
import { guide } from '../demo/guide.js'
import { pageRoute } from '../demo/page-routes.js'
import { showStatus } from '../demo/status-line.js'
import { growUnderTraffic } from '../garbage-collection.js'
import { makeRun } from '../make-run.js'
import { NodeClock } from '../node-clock.js'
import { isTaken } from '../ports.js'
import { superviseProcess } from '../process-signals.js'
import { readConfig } from '../read-config.js'
import { loadTransports } from '../transport-folders.js'

/** `rivulet demo` */
export async function demo({ set }: { readonly set: readonly string[] }): Promise<void> {
  optimiseSooner()
  const modules = await loadTransports()
  const sources: ConfigSources = { program: await demoDefaults(), file: null, environment: process.env, set }
  const config = readConfig(sources, modules, false)
  const log = createLog(config.logLevel)
  const feeds = recordedFeeds()
  const run = await makeRun(config, { modules, log, insecure: false })
  run.http.routes.addRequest(pageRoute())
  const player = demoPlayer(run.gateway, new NodeClock(), feeds, log)
  const hideStatus = showStatus(() => run.gateway.statistics())
  const drain = () => {
    hideStatus()
    player.stop()
    return run.drain()
  }
  superviseProcess(log, { drain, reload: () => run.reload(readConfig(sources, modules, false)) })
  const { url, ops } = await run.listen()
  growUnderTraffic(run.gateway)
  player.start()
  const page = url.replace(/^ws/, 'http').replace(/[^/]*$/, '')
  process.stdout.write(`${guide(feeds, { page, url, ops })}\nready\n`)
}

/** Below everything that is set: people read this terminal, and another gateway or a broker may be running. */
async function demoDefaults() {
  const http = { port: await usualPort(8080) }
  const transports = { mqtt: { port: await usualPort(1883) } }
  return { http, ops: { port: await usualPort(9464) }, transports, log: { level: 'warn' } }
}

async function usualPort(port: number): Promise<number> {
  if (!(await isTaken('127.0.0.1', port))) return port
  process.stderr.write(`port ${port} is taken: a free one is chosen\n`)
  return 0
}
