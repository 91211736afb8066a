import type { Socket } from 'node:net'
import type { Outgoing } from '../../net/index.js'
import { mqttTransportLimits } from './limits.js'
import type { Wire, WireEnd } from './wire.js'

const nothing = new Uint8Array(0)

// One function for all sockets: a closure for each would be a part of what an idle connection costs.
function destroyed(this: Socket): void {
  this.destroy()
}

/** MQTT over TCP or TLS: the socket's bytes are the packets. [MQTT-4.2.0-1] */
export class SocketWire implements Wire {
  private end_: WireEnd | null = null
  private isWatched = false

  constructor(
    private readonly socket: Socket,
    private readonly outgoing: Outgoing,
  ) {}

  /** From now on the end hears what comes. */
  open(end: WireEnd): void {
    this.end_ = end
    const { socket } = this
    socket.on('data', (chunk: Buffer) => end.received(chunk))
    socket.on('error', destroyed)
    socket.on('close', () => end.gone())
  }

  /** `drain` would not come for less than the high-water mark, so an empty write behind the rest tells when it is sent. */
  get isBusy(): boolean {
    if (this.socket.writableLength === 0) return false
    if (!this.isWatched) this.socket.write(nothing, () => this.drained())
    this.isWatched = true
    return true
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

  private drained(): void {
    this.isWatched = false
    this.end_?.sent()
  }
}
