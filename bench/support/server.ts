import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isListening } from './foreign.js'
import { LineProcess } from './line-process.js'

const startTimeoutMs = 20_000
/** RabbitMQ takes ten seconds of a quiet machine. */
const foreignStartTimeoutMs = 60_000
const gatewayFile = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const livingFile = fileURLToPath(new URL('living.mjs', import.meta.url))
const rivalFile = (name: string): string => fileURLToPath(new URL(`../rivals/${name}.mjs`, import.meta.url))

/** A program that knows nothing of this harness. */
export interface Foreign {
  readonly name: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Where it listens, by the name of the listener. */
  readonly ports: Readonly<Record<string, number>>
  /** Called when it has gone. */
  afterwards(): Promise<void>
}

/** A server that said `ready`. */
export class Server {
  private constructor(
    private readonly process: LineProcess,
    private readonly ports: ReadonlyMap<string, number>,
    private readonly afterwards: () => Promise<void> = async () => undefined,
  ) {}

  /** Starts it and waits for one line per listener (`websocket ws://127.0.0.1:8080/ws`), then `ready`. */
  static async start(name: string, command: readonly string[]): Promise<Server> {
    const process = LineProcess.start(name, command)
    const ports = new Map<string, number>()
    try {
      for (let line = ''; line !== 'ready'; line = await process.nextLine(startTimeoutMs)) {
        const [, listener, port] = /^(\S+) \w+:\/\/\S+?:(\d+)/.exec(line) ?? []
        // MQTT has two, the one of TCP first.
        if (listener !== undefined && !ports.has(listener)) ports.set(listener, Number(port))
      }
    } catch (error) {
      await process.kill()
      throw error
    }
    return new Server(process, ports)
  }

  /** Starts a program that does not say when it is ready: it is when its listeners take connections. */
  static async startForeign({ name, command, environment, ports, afterwards }: Foreign): Promise<Server> {
    const process = LineProcess.start(name, command, environment)
    const server = new Server(process, new Map(Object.entries(ports)), afterwards)
    const listening = await Promise.all(Object.values(ports).map((port) => isListening(port, foreignStartTimeoutMs)))
    if (listening.every((isThere) => isThere)) return server
    await server.kill()
    throw new Error(`${name} did not listen within ${foreignStartTimeoutMs} ms`)
  }

  get pid(): number {
    return this.process.pid
  }

  port(listener: string): number {
    const port = this.ports.get(listener)
    if (port === undefined) throw new Error(`no listener ${listener} among ${[...this.ports.keys()].join(', ')}`)
    return port
  }

  hasPort(listener: string): boolean {
    return this.ports.has(listener)
  }

  async kill(): Promise<void> {
    await this.process.kill()
    await this.afterwards()
  }

  /** What lives in the memory of a gateway that was started to be asked, KiB: its heap and its buffers, after all garbage was collected. */
  async livingKb(): Promise<number> {
    process.kill(this.pid, 'SIGUSR2')
    const line = await this.process.nextLine(startTimeoutMs)
    return Number(line.replace('living ', '')) / 1_024
  }
}

/** Where a server runs and listens, if not simply here: a command in front of its own, and an address. */
export interface Place {
  readonly inside: readonly string[]
  readonly host: string
}

/** The gateway of this checkout as it was built, on free ports. BENCH_SERVER names another command (a name of its own, since the gateway reads RIVULET_… as settings). */
export function startGateway(
  settings: Readonly<Record<string, string | number>> = {},
  place?: Place,
  nodeOptions: readonly string[] = [],
): Promise<Server> {
  const own = process.env.BENCH_SERVER?.split(' ')
  if (own === undefined && !existsSync(gatewayFile)) throw new Error('there is no dist/cli/main.js: run npm run build')
  const all = { 'http.port': 0, 'ops.port': 0, ...(place && { 'http.host': place.host }), ...settings }
  const sets = Object.entries(all).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const command = own ?? [process.execPath, ...nodeOptions, gatewayFile, 'serve']
  // Elsewhere than on the loopback a gateway that lets everybody in wants to be told that this is meant.
  const [inside, exposed] = place ? [place.inside, ['--insecure']] : [[], []]
  return Server.start('gateway', [...inside, ...command, ...exposed, ...sets])
}

/** A gateway that can be asked for `livingKb`. */
export const startMeasurable = (settings: Readonly<Record<string, string | number>> = {}): Promise<Server> =>
  startGateway(settings, undefined, ['--expose-gc', '--import', livingFile])

/** A rival of bench/rivals/. */
export function startRival(name: string, place?: Place): Promise<Server> {
  return Server.start(name, [
    ...(place?.inside ?? []),
    process.execPath,
    rivalFile(name),
    ...(place ? [place.host] : []),
  ])
}
