import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpResponse, Outgoing } from '../../net/index.js'
import { Unsent } from '../../net/index.js'

/** Where the bytes of a stream go. Whoever holds it writes only while nothing is unsent, but for what ends the stream. */
export interface Outlet {
  /** Frames are chunks of HTTP/1.1 with their own head and tail. RFC 9112 §7.1 */
  readonly isChunked: boolean
  /** What was written is not all on its way; `sent` is called once it is. */
  readonly isBusy: boolean
  write(frame: Uint8Array): void
  /** Ends the answer behind all that was written. */
  end(): void
  /** Ends it at once. */
  cut(): void
}

const lastChunk = Buffer.from('0\r\n\r\n')

/** The bare socket, once the head of the answer is on it: `response.write` takes three times as long to make its chunk. */
class SocketOutlet implements Outlet {
  readonly isChunked = true
  private readonly unsent: Unsent

  constructor(
    private readonly socket: Socket,
    private readonly outgoing: Outgoing,
    sent: () => void,
  ) {
    this.unsent = new Unsent(socket, sent)
  }

  get isBusy(): boolean {
    return this.unsent.isAny
  }

  write(frame: Uint8Array): void {
    this.outgoing.write(this.socket, frame, null)
  }

  end(): void {
    this.outgoing.flush()
    this.socket.end(lastChunk)
  }

  cut(): void {
    this.outgoing.flush()
    this.socket.destroy()
  }
}

/** The answer as Node writes it: HTTP/2 has frames and windows of its own, HTTP/1.0 no chunks. */
class ResponseOutlet implements Outlet {
  readonly isChunked = false
  private unsent = 0

  constructor(
    private readonly response: HttpResponse,
    private readonly sent: () => void,
  ) {}

  get isBusy(): boolean {
    return this.unsent > 0
  }

  write(frame: Uint8Array): void {
    this.unsent += 1
    writeTo(this.response, frame, this.wasSent)
  }

  end(): void {
    this.response.end()
  }

  cut(): void {
    if ('stream' in this.response) this.response.stream.close()
    else this.response.destroy()
  }

  private readonly wasSent = () => {
    this.unsent -= 1
    if (this.unsent === 0) this.sent()
  }
}

/** Both kinds of answer can; their types have nothing in common that says so. */
function writeTo(response: HttpResponse, frame: Uint8Array, sent: () => void): void {
  if ('stream' in response) response.write(frame, 'utf8', sent)
  else response.write(frame, sent)
}

/** Writes the head of the answer and gives what its body is written to. `sent` is called when what was unsent is gone. */
export function openOutlet(
  response: HttpResponse,
  headers: Readonly<Record<string, string>>,
  outgoing: Outgoing,
  sent: () => void,
): Outlet {
  if ('stream' in response || !isChunkable(response) || response.socket === null) {
    response.writeHead(200, headers)
    return new ResponseOutlet(response, sent)
  }
  response.writeHead(200, { ...headers, 'transfer-encoding': 'chunked' })
  response.flushHeaders()
  return new SocketOutlet(response.socket, outgoing, sent)
}

/** HTTP/1.0 has no chunks. An answer whose turn has not come (pipelining) has no socket yet. */
function isChunkable({ req }: ServerResponse): boolean {
  return req.httpVersionMajor === 1 && req.httpVersionMinor === 1
}
