import type { Socket } from 'node:net'
import type { Outgoing } from '../../net/index.js'
import { Unsent } from '../../net/index.js'
import { mqttTransportLimits } from './limits.js'
import type { Wire, WireEnd } from './wire.js'

// One function for all sockets: a closure for each would be a part of what an idle connection costs.
function destroyed(this: Socket): void {
  this.destroy()
}

/** MQTT over TCP or TLS: the socket's bytes are the packets. [MQTT-4.2.0-1] */
export class SocketWire implements Wire {
  private end_: WireEnd | null = null
  private readonly unsent: Unsent

  constructor(
    private readonly socket: Socket,
    private readonly outgoing: Outgoing,
  ) {
    this.unsent = new Unsent(socket, () => this.end_?.sent())
  }

  /** From now on the end hears what comes. */
  open(end: WireEnd): void {
    this.end_ = end
    const { socket } = this
    socket.on('data', (chunk: Buffer) => end.received(chunk))
    socket.on('error', destroyed)
    socket.on('close', () => end.gone())
  }

  get isBusy(): boolean {
    return this.unsent.isAny
  }

  write(bytes: Uint8Array, shared: Uint8Array | null): void {
    this.outgoing.write(this.socket, bytes, shared)
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  end(last: Uint8Array | null): void {
    const { socket } = this
    this.outgoing.flush()
    if (last) socket.end(last)
    else socket.end()
    socket.resume()
    const timer = setTimeout(() => socket.destroy(), mqttTransportLimits.closeTimeoutMs)
    timer.unref()
    socket.once('close', () => clearTimeout(timer))
  }
}
