import { startMosquitto } from '../rivals/mosquitto.js'
import { startNchan } from '../rivals/nchan.js'
import { startRabbitmq } from '../rivals/rabbitmq.js'
import type { Dialect, LoadOptions, LoadReport, MeasureOptions } from './load.js'
import { Load } from './load.js'
import type { Server } from './server.js'
import { startGateway, startRival } from './server.js'

/** One side of a comparison: a server, and how it is spoken to. */
export interface Side {
  readonly name: string
  readonly dialect: Dialect
  start(): Promise<Server>
  /** What becomes of a server when its run is over; absent: it is killed. */
  end?(server: Server): Promise<void>
}

export const rivulet: Side = { name: 'rivulet', dialect: 'rivulet', start: () => startGateway() }
export const plainWs: Side = { name: 'ws, send per message', dialect: 'plain', start: () => startRival('ws-plain') }
export const socketIo: Side = { name: 'socket.io', dialect: 'socket.io', start: () => startRival('socket-io') }

/** MQTT on a free port. */
export const mqttSettings = { 'transports.mqtt.port': 0 } as const

/** The gateway with MQTT, which is spoken to as every broker is; `settings` as `startGateway` takes them. */
export const rivuletMqtt = (settings: Readonly<Record<string, string | number>> = {}): Side => ({
  name: 'rivulet',
  dialect: 'mqtt',
  start: () => startGateway({ ...mqttSettings, ...settings }),
})
export const mosquitto: Side = { name: 'mosquitto', dialect: 'mqtt', start: startMosquitto }
export const aedes: Side = { name: 'aedes', dialect: 'mqtt', start: () => startRival('aedes') }
export const rabbitmq: Side = { name: 'rabbitmq', dialect: 'mqtt', start: startRabbitmq }

/**
 * The gateway's event streams, as many as a bench wants. What a stream may leave out is for the topic to say: its readers get every update.
 * Publishes come over a WebSocket, as with the sides above.
 */
export const rivuletSse: Side = {
  name: 'rivulet',
  dialect: 'sse',
  start: () =>
    startGateway({
      'topics.rules': '[{selector: "bench/#", delivery: all}]',
      'transports.sse.streamsMax': 20_000,
      'transports.sse.streamsPerClientMax': 20_000,
    }),
}
export const betterSse: Side = { name: 'better-sse', dialect: 'plain-sse', start: () => startRival('better-sse') }
export const nchan: Side = { name: 'nchan', dialect: 'nchan', start: startNchan }

/** The gateway's HTTP API, and servers that answer the same requests. */
export const rivuletHttp: Side = { name: 'rivulet', dialect: 'http', start: () => startGateway() }
export const hono: Side = { name: 'hono', dialect: 'http', start: () => startRival('hono') }
export const plainHttp: Side = { name: 'node:http', dialect: 'http', start: () => startRival('http-plain') }
/** Its streams. */
export const plainStream: Side = { ...plainHttp, dialect: 'plain-sse' }

/** Both ends of a run, ended together whatever happens. */
export interface Bed {
  readonly server: Server
  readonly load: Load
}

/** Starts a fresh server and a fresh load client, and ends both after `use`. */
export async function withBed<Result>(
  side: Side,
  options: LoadOptions,
  seed: number,
  use: (bed: Bed) => Promise<Result>,
): Promise<Result> {
  const server = await side.start()
  try {
    const load = await Load.start(server, side.dialect, options, seed)
    try {
      return await use({ server, load })
    } finally {
      await load.stop()
    }
  } finally {
    await (side.end?.(server) ?? server.kill())
  }
}

/** One server for all runs within `use`, from the first on: for a side that takes longer to start than to measure. */
export async function withShared<Result>(side: Side, use: (shared: Side) => Promise<Result>): Promise<Result> {
  let server: Server | undefined
  const start = async () => {
    server ??= await side.start()
    return server
  }
  try {
    return await use({ ...side, start, end: async () => undefined })
  } finally {
    await server?.kill()
  }
}

/** All subscribers connect to a fresh server; then one measurement. */
export function runOnce(side: Side, options: LoadOptions, measure: MeasureOptions, seed: number): Promise<LoadReport> {
  return withBed(side, options, seed, async ({ load }) => {
    await load.connect(options.subscribers)
    return await load.measure(measure)
  })
}
