import { limits } from './limits.js'
import type { ClientSocket, SocketEvent } from './socket.js'

/** What a link tells the connection that opened it. `closed` is called once, last. */
export interface LinkOwner {
  opened(): void
  received(frame: Uint8Array): void
  /** Something came that is no frame. */
  malformed(why: string): void
  /** The WebSocket close code, and what the other end or the platform says about it; may be empty. */
  closed(code: number, detail: string): void
}

const abnormal = 1006

/**
 * One socket from its opening to its end. What is sent within one turn of the loop leaves in frames of up to
 * `frameBytes`: frames one behind the other are one frame of the same meaning. [PROTOCOL 1.4]
 */
export class Link {
  private isOpen = false
  private isClosed = false
  private waiting: Uint8Array[] = []
  private waitingBytes = 0
  private acknowledgement: Uint8Array | null = null
  private problem = ''

  constructor(
    private readonly socket: ClientSocket,
    private readonly owner: LinkOwner,
  ) {
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => this.opened())
    socket.addEventListener('message', ({ data }) => this.received(data))
    socket.addEventListener('error', ({ message }) => this.failed(message))
    socket.addEventListener('close', (event) => this.closed(event))
  }

  /** Takes one encoded message. On a link that is not open it is lost. */
  send(message: Uint8Array): void {
    if (!this.isOpen) return
    if (this.waitingBytes + message.length > limits.frameBytes) this.flush()
    this.schedule()
    this.waiting.push(message)
    this.waitingBytes += message.length
  }

  /** The same for an acknowledgement, of which a frame holds one at most: a newer one takes the place of one that waits. */
  sendAcknowledge(message: Uint8Array): void {
    if (!this.isOpen) return
    this.schedule()
    this.acknowledgement = message
  }

  /** Ends the link at once; nothing more comes from it. */
  close(code: number, reason: string): void {
    this.flush()
    this.isOpen = false
    this.isClosed = true
    this.socket.close(code, reason)
  }

  private opened(): void {
    if (this.isClosed) return
    this.isOpen = true
    this.owner.opened()
  }

  private received(data: unknown): void {
    if (this.isClosed) return
    if (data instanceof ArrayBuffer) this.owner.received(new Uint8Array(data))
    else this.owner.malformed('the gateway sent a text message')
  }

  /** Browsers do not say what went wrong, `ws` does; the close event follows. */
  private failed(message: string | undefined): void {
    this.problem = message ?? ''
  }

  private closed({ code, reason }: SocketEvent): void {
    if (this.isClosed) return
    this.isOpen = false
    this.isClosed = true
    this.owner.closed(code ?? abnormal, reason || this.problem)
  }

  private schedule(): void {
    if (this.waiting.length === 0 && this.acknowledgement === null) queueMicrotask(() => this.flush())
  }

  private flush(): void {
    const messages = this.waiting
    if (this.acknowledgement !== null) messages.push(this.acknowledgement)
    this.acknowledgement = null
    this.waiting = []
    this.waitingBytes = 0
    if (messages.length > 0 && this.isOpen) this.socket.send(concatenate(messages))
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
