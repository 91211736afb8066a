import type { Dialect, LoadOptions, LoadReport, MeasureOptions } from './load.js'
import { Load } from './load.js'
import type { Server } from './server.js'
import { startGateway, startRival } from './server.js'

/** One side of a comparison: a server, and how it is spoken to. */
export interface Side {
  readonly name: string
  readonly dialect: Dialect
  start(): Promise<Server>
}

export const rivulet: Side = { name: 'rivulet', dialect: 'rivulet', start: () => startGateway() }
export const plainWs: Side = { name: 'ws, send per message', dialect: 'plain', start: () => startRival('ws-plain') }
export const socketIo: Side = { name: 'socket.io', dialect: 'socket.io', start: () => startRival('socket-io') }

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
    await server.kill()
  }
}

/** All subscribers connect to a fresh server; then one measurement. */
export function runOnce(side: Side, options: LoadOptions, measure: MeasureOptions, seed: number): Promise<LoadReport> {
  return withBed(side, options, seed, async ({ load }) => {
    await load.connect(options.subscribers)
    return await load.measure(measure)
  })
}
