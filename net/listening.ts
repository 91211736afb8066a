import type { Server } from 'node:net'
import { netLimits } from './limits.js'

/** Where a listener really is. */
export interface ListeningAddress {
  readonly host: string
  readonly port: number
  /** `host:port`, as it stands in a URL. */
  readonly authority: string
}

/** Starts to listen; rejects with the error of the system, such as EADDRINUSE. */
export function listenAt(server: Server, host: string, port: number): Promise<ListeningAddress> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: netLimits.backlog }, () => {
      server.off('error', reject)
      resolve(addressOf(server))
    })
  })
}

function addressOf(server: Server): ListeningAddress {
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the listener has no address')
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return { host: bound.address, port: bound.port, authority: `${host}:${bound.port}` }
}
