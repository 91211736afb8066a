import type { Socket } from 'node:net'
import { Networks } from './networks.js'
import { peerAddress } from './peer-address.js'
import { decodeProxyHeader } from './proxy-header.js'
import type { ProxyOptions } from './proxy-options.js'

/** A connection whose header is not complete. */
interface Waiting {
  bytes: Buffer
  readonly deadline: NodeJS.Timeout
}

/**
 * The way in for connections that proxies pass on: it takes the header off and says whose connection it is.
 *
 * It owns a socket until its header is read, bounds how many there are and how long each may take, and destroys what is
 * not as it must be. What came behind the header is put back, to be read by whoever takes the socket.
 */
export class ProxyEntrance {
  /** unlisted: not one of the proxies; header: none, or a malformed one; late: the time was over; left: ended before; waiting: too many of them. */
  readonly refused = { proxyUnlisted: 0, proxyHeader: 0, proxyLate: 0, proxyLeft: 0, proxyWaiting: 0 }
  private readonly proxies: Networks
  private readonly waiting = new Map<Socket, Waiting>()
  private readonly readable: (this: Socket) => void
  private readonly left: (this: Socket) => void

  /** `entered` is called once for each socket that names its peer or speaks for itself. */
  constructor(
    private readonly options: ProxyOptions,
    private readonly entered: (socket: Socket, address: string) => void,
  ) {
    this.proxies = new Networks(options.from)
    const entrance = this
    this.readable = function () {
      entrance.read(this)
    }
    this.left = function () {
      if (entrance.waiting.has(this)) entrance.refuse(this, 'proxyLeft')
    }
  }

  /** Takes a new connection. */
  enter(socket: Socket): void {
    if (!this.proxies.has(peerAddress(socket.remoteAddress))) this.refuse(socket, 'proxyUnlisted')
    else if (this.waiting.size >= this.options.waitingMax) this.refuse(socket, 'proxyWaiting')
    else this.wait(socket)
  }

  /** Nobody waits any more. */
  close(): void {
    for (const socket of this.waiting.keys()) {
      this.release(socket)
      socket.destroy()
    }
  }

  private wait(socket: Socket): void {
    const deadline = setTimeout(() => this.refuse(socket, 'proxyLate'), this.options.headerTimeoutMs)
    this.waiting.set(socket, { bytes: Buffer.alloc(0), deadline })
    socket.on('readable', this.readable)
    socket.on('error', this.left)
    socket.on('close', this.left)
  }

  private read(socket: Socket): void {
    const waiting = this.waiting.get(socket)
    const chunk: Buffer | null = socket.read()
    if (waiting === undefined || chunk === null) return
    waiting.bytes = waiting.bytes.length === 0 ? chunk : Buffer.concat([waiting.bytes, chunk])
    const header = decodeProxyHeader(waiting.bytes)
    if (header.kind === 'malformed') this.refuse(socket, 'proxyHeader')
    else if (header.kind === 'complete')
      this.pass(
        socket,
        header.source?.address ?? peerAddress(socket.remoteAddress),
        waiting.bytes.subarray(header.bytesRead),
      )
  }

  private pass(socket: Socket, address: string, behind: Buffer): void {
    this.release(socket)
    if (behind.length > 0) socket.unshift(behind)
    this.entered(socket, address)
  }

  private refuse(socket: Socket, reason: keyof ProxyEntrance['refused']): void {
    this.refused[reason]++
    this.release(socket)
    socket.destroy()
  }

  private release(socket: Socket): void {
    clearTimeout(this.waiting.get(socket)?.deadline)
    this.waiting.delete(socket)
    socket.off('readable', this.readable)
    socket.off('error', this.left)
    socket.off('close', this.left)
  }
}
