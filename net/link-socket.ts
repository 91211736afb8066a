import { WebSocket } from 'ws'
import type { CloseReason } from '../core/index.js'

/** What a socket tells its link. */
export interface SocketEvents {
  messageReceived(frame: Buffer, isBinary: boolean): void
  pingReceived(data: Buffer): void
  /** What the peer sent breaks RFC 6455, or a bound. */
  close(reason: CloseReason): void
  /** Called once, last. */
  ended(): void
}

/** The codes with which `ws` itself would close, RFC 6455 §7.4.1, and what our clients are told instead. */
const faults: Readonly<Record<number, CloseReason>> = {
  1002: 'malformedMessage',
  1007: 'malformedMessage',
  1008: 'malformedMessage',
  1009: 'messageTooLarge',
}

/** A socket that knows its link, so that one function serves the events of all sockets: a closure costs every idle one. */
export class LinkSocket extends WebSocket {
  events: SocketEvents | null = null

  /** `ws` calls this with a bare code when the peer is at fault; a code that the peer sent comes with its text. */
  override close(code?: number, text?: string | Buffer): void {
    const fault = code === undefined || text !== undefined ? undefined : faults[code]
    if (fault !== undefined && this.events !== null) this.events.close(fault)
    else super.close(code, text)
  }
}

/** Connects a socket to its link. */
export function listenTo(socket: LinkSocket, events: SocketEvents): void {
  socket.events = events
  socket.on('message', messageReceived)
  socket.on('ping', pingReceived)
  socket.on('error', failed)
  socket.on('close', ended)
}

function messageReceived(this: WebSocket, data: unknown, isBinary: boolean): void {
  if (this instanceof LinkSocket && Buffer.isBuffer(data)) this.events?.messageReceived(data, isBinary)
}

function pingReceived(this: WebSocket, data: Buffer): void {
  if (this instanceof LinkSocket) this.events?.pingReceived(data)
}

/** Whatever failed, `close` was called before and the close event follows. */
function failed(this: WebSocket): void {
  if (this.readyState === WebSocket.OPEN) this.terminate()
}

function ended(this: WebSocket): void {
  if (this instanceof LinkSocket) this.events?.ended()
}
