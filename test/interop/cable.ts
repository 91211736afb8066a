import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { within } from '../support/deadline.js'
import { portOf } from './ports.js'

/** A stretch of line between a client and a broker that can be cut, so that neither end hears a goodbye. */
export class Cable {
  private readonly sockets = new Set<Socket>()

  private constructor(private readonly server: Server) {}

  /** Lays a line to a port of this machine. */
  static async to(port: number): Promise<Cable> {
    const server = createServer()
    const cable = new Cable(server)
    server.on('connection', (near) => cable.join(near, connect(port, '127.0.0.1')))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return cable
  }

  /** Where the client connects instead of the broker. */
  get port(): number {
    return portOf(this.server)
  }

  /** Resolves when whoever used it has hung up and been heard to the end. */
  async end(): Promise<void> {
    if (!this.server.listening) return
    await within('both ends to hang up', once(this.server.close(), 'close'))
  }

  /** Ends both halves at once, and whoever tries again finds nobody. */
  cut(): void {
    this.server.close()
    this.break()
  }

  /** Ends both halves at once; whoever tries again is let through. */
  break(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  private join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from)
      // A line that breaks is what this is for.
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.sockets.delete(from)
        // The pipe to it has ended, and unread bytes would hide that the other end hangs up as well.
        to.resume()
      })
      from.setNoDelay(true)
      from.pipe(to)
    }
  }
}
