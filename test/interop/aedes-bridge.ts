import { once } from 'node:events'
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { connectAsync } from 'mqtt'
import type { Bridge } from './bridge.js'
import { portOf } from './ports.js'

/**
 * aedes with a bridge of one client of mqtt.js beside it: aedes takes bridges in, but has none of its own that goes out.
 *
 * Nothing goes round, since aedes names the client of each publish, and what the bridge publishes has none; the other broker is
 * asked for everything but our own.
 */
export async function startAedesBridge(broker: string): Promise<Bridge> {
  const aedes = await Aedes.createBroker()
  const server = createServer(aedes.handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bridge = await connectAsync(broker, { protocolVersion: 5, reconnectPeriod: 0 })
  bridge.on('message', (topic, payload, { qos, retain }) => {
    aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, report)
  })
  aedes.on('publish', ({ topic, payload, qos, retain }, client) => {
    if (client !== null) bridge.publish(topic, Buffer.from(payload), { qos, retain }, report)
  })
  await bridge.subscribeAsync('#', { qos: 1, nl: true, rap: true })
  return {
    near: `mqtt://127.0.0.1:${portOf(server)}`,
    stop: async () => {
      await bridge.endAsync()
      server.close()
      await new Promise<void>((resolve) => aedes.close(resolve))
    },
  }
}

/** A bridge that cannot hand on has failed; the scenario would wait for what is lost. */
function report(error?: Error | null): void {
  if (error) throw error
}
