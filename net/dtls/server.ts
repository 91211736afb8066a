import type { RemoteInfo, Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { Associations } from './associations.js'
import type { DtlsClock } from './clock.js'
import { systemClock } from './clock.js'
import type { ServerOptions } from './options.js'
import type { PeerAddress } from './path.js'
import type { DtlsSession } from './session.js'

/** Where a server listens. */
export interface DtlsAddress {
  readonly address: string
  readonly port: number
}

/** A DTLS 1.2 server on a UDP socket. */
export class DtlsServer {
  private readonly associations: Associations
  private socket: Socket | null = null

  /** `opened` is given each session once its peer is proven; what to do with it is said there, in `events`. Throws an `Error` that says which option is wrong. */
  constructor(options: ServerOptions, opened: (session: DtlsSession) => void, clock: DtlsClock = systemClock) {
    const transmit = (datagram: Buffer, to: PeerAddress) => this.transmit(datagram, to)
    this.associations = new Associations(options, { clock, transmit, opened })
  }

  /** Rejects with the system's own error where the address is taken, or none of ours. */
  async listen(port: number, host = '127.0.0.1'): Promise<DtlsAddress> {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: receiveBufferBytes })
    await new Promise<void>((resolve, reject) => {
      // Before `bind`, which would otherwise swallow what is wrong.
      socket.once('error', reject)
      socket.bind(port, host, () => resolve())
    })
    socket.removeAllListeners('error')
    // That a datagram could not be sent is as if it had been lost.
    socket.on('error', () => undefined)
    socket.on('message', (datagram, from) => this.received(datagram, from))
    this.socket = socket
    const { address, port: bound } = socket.address()
    return { address, port: bound }
  }

  /** How many there are, and how many came to nothing, by why. */
  counters(): Record<string, number> {
    return this.associations.counters()
  }

  /** Ends every session without a word, or with one, and the socket. */
  async close(): Promise<void> {
    this.associations.close()
    const { socket } = this
    this.socket = null
    if (socket !== null) await new Promise<void>((resolve) => socket.close(() => resolve()))
  }

  private received(datagram: Buffer, { address, port }: RemoteInfo): void {
    this.associations.received(datagram, { address, port })
  }

  private transmit(datagram: Buffer, { address, port }: PeerAddress): void {
    this.socket?.send(datagram, port, address, ignore)
  }
}

/** As many datagrams as may come in one go. */
const receiveBufferBytes = 4_194_304
const ignore = () => undefined
