import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, installed, ownFolder } from '../support/foreign.js'
import { LineProcess } from '../support/line-process.js'
import { Server } from '../support/server.js'

const debianPackage = 'rabbitmq-server'
/** Without the wrapper of the same name in PATH, which becomes another user and hides the process whose time is measured. */
const libraryFolder = '/usr/lib/rabbitmq/bin'

const loopback = '127.0.0.1'

interface Ports {
  readonly mqtt: number
  readonly distribution: number
  readonly epmd: number
}

/** Only MQTT listens. A consumer's prefetch of ten, the default, would make each reader wait for its own acknowledgements. */
const settings = ({ mqtt }: Ports) => [
  'listeners.tcp = none',
  `mqtt.listeners.tcp.1 = ${loopback}:${mqtt}`,
  'mqtt.allow_anonymous = true',
  'mqtt.prefetch = 1000',
  'log.file = false',
  'log.console = true',
  'log.console.level = error',
]

/** Rival: RabbitMQ with its MQTT plugin as Debian has it, and nothing else of it. It takes ten seconds to start. */
export async function startRabbitmq(): Promise<Server> {
  installed('rabbitmq-server', debianPackage)
  const epmdProgram = installed('epmd', debianPackage)
  const [mqtt = 0, distribution = 0, epmd = 0] = await freePorts(3)
  const ports = { mqtt, distribution, epmd }
  const folder = ownFolder('rabbitmq')
  writeFileSync(join(folder.path, 'rabbitmq.conf'), `${settings(ports).join('\n')}\n`)
  writeFileSync(join(folder.path, 'enabled_plugins'), '[rabbitmq_mqtt].\n')
  // Erlang would start the daemon that knows its nodes by itself, and leave it behind.
  const daemon = LineProcess.start('epmd', [epmdProgram, '-port', String(epmd), '-address', loopback])
  return await Server.startForeign({
    name: 'rabbitmq',
    command: [join(libraryFolder, 'rabbitmq-server')],
    environment: environmentOf(folder.path, ports),
    ports: { mqtt },
    afterwards: async () => {
      await daemon.kill()
      folder.remove()
    },
  })
}

function environmentOf(folder: string, { distribution, epmd }: Ports): Record<string, string> {
  return {
    HOME: folder,
    RABBITMQ_NODENAME: 'bench@localhost',
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_DIST_PORT: String(distribution),
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: loopback,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}',
    // Told that systemd waits for it, its script becomes the node instead of starting one below it.
    NOTIFY_SOCKET: join(folder, 'nobody'),
  }
}
