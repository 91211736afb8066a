import type { GatewayConfig } from './config/index.js'
import { openDurableState } from './durable-state.js'
import type { GatewayParts } from './gateway-run.js'
import { GatewayRun } from './gateway-run.js'

/** A gateway with what it kept from before, where it keeps anything. It listens to nobody yet. */
export async function makeRun(config: GatewayConfig, parts: GatewayParts): Promise<GatewayRun> {
  const { log } = parts
  const made: { run?: GatewayRun } = {}
  const durable = await openDurableState(config.data, log, (error) => {
    log.error(
      { err: error },
      'durable state cannot be written any more: the gateway ends, since nothing could be accepted',
    )
    process.exitCode = 1
    void made.run?.close()
  })
  const run = new GatewayRun(config, { ...parts, durable })
  made.run = run
  await durable?.restore(run.gateway)
  return run
}
