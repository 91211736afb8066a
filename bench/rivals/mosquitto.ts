import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, installed, ownFolder } from '../support/foreign.js'
import { Server } from '../support/server.js'

/**
 * What differs from mosquitto's defaults: nothing is written to disk, small packets leave at once (`set_tcp_nodelay`, as all
 * sides have it), and nobody is left out: by default it drops what is beyond a thousand messages of a client that is behind,
 * and has no more than twenty in flight. Every message must arrive, so that the defaults would only make it fail sooner.
 */
const settings = (port: number) => [
  `listener ${port} 127.0.0.1`,
  'allow_anonymous true',
  'persistence false',
  'set_tcp_nodelay true',
  'max_queued_messages 0',
  'max_inflight_messages 0',
  'log_dest stderr',
  'log_type error',
]

/** Rival: Eclipse Mosquitto as Debian has it. */
export async function startMosquitto(): Promise<Server> {
  const program = installed('mosquitto', 'mosquitto')
  const [mqtt = 0] = await freePorts(1)
  const folder = ownFolder('mosquitto')
  const file = join(folder.path, 'mosquitto.conf')
  writeFileSync(file, `${settings(mqtt).join('\n')}\n`)
  return await Server.startForeign({
    name: 'mosquitto',
    command: [program, '-c', file],
    environment: {},
    ports: { mqtt },
    afterwards: async () => folder.remove(),
  })
}
