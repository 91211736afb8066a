import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bridge } from './bridge.js'
import { Mosquitto } from './mosquitto.js'
import { MqttJsPeer } from './mqtt-js-peer.js'
import type { Level } from './peer.js'
import { freePorts } from './ports.js'

/** mosquitto with its own bridge; resolves when the bridge is connected. */
export async function startMosquittoBridge(program: string, broker: string, level: Level): Promise<Bridge> {
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-bridge-'))
  const [port = 0] = await freePorts(1)
  const near = `mqtt://127.0.0.1:${port}`
  const mosquitto = await Mosquitto.start(program, folder, [
    `listener ${port} 127.0.0.1`,
    'connection tested',
    `address ${new URL(broker).host}`,
    'topic # both 1',
    `bridge_protocol_version ${level === 4 ? 'mqttv311' : 'mqttv50'}`,
    // Its news are for us alone.
    'notifications_local_only true',
  ])
  await connected(near)
  return {
    near,
    stop: async () => {
      await mosquitto.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Waits for what mosquitto publishes of its bridge: 0 while it is not connected, then 1. */
async function connected(near: string): Promise<void> {
  const client = await new MqttJsPeer(4).connect({ url: near, clientId: 'waiting' })
  await client.subscribe({ filter: '$SYS/broker/connection/+/state', qos: 1 })
  await client.received.before('1')
  await client.disconnect()
}
