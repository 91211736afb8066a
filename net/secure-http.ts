import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2Server, Http2ServerRequest, Http2ServerResponse, Http2Session } from 'node:http2'
import { createServer } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { AdmissionOptions } from './admission.js'
import type { HttpOptions } from './http-options.js'
import { netLimits } from './limits.js'
import type { ListeningAddress } from './listening.js'
import type { PeerInfo } from './peer-info.js'
import { TcpListener } from './tcp-listener.js'
import { TlsCredentials } from './tls-credentials.js'
import type { TlsOptions } from './tls-options.js'

/** A request of HTTP/1.1 or HTTP/2. */
export type HttpRequest = IncomingMessage | Http2ServerRequest
/** And its answer. */
export type HttpResponse = ServerResponse | Http2ServerResponse

/** Who goes on with a connection that is secured. */
export interface SecuredHttp {
  /** The client chose HTTP/1.1. */
  connected(socket: Socket, peer: PeerInfo): void
  /** A request of HTTP/2. */
  requested(request: Http2ServerRequest, response: Http2ServerResponse, peer: PeerInfo): void
}

/**
 * The secured port of the HTTP listener. The protocol is agreed on in the handshake (ALPN, RFC 7301): HTTP/2 is spoken here,
 * HTTP/1.1 by the server of the plain port.
 */
export class SecureHttp {
  private readonly listener: TcpListener
  private readonly server: Http2Server
  private readonly peers = new WeakMap<Http2Session, PeerInfo>()
  /** Whose connection is being handed over. */
  private entering: PeerInfo | null = null
  private readonly connections = new Set<Socket>()
  private readonly sessions = new Set<Http2Session>()

  constructor(
    options: TlsOptions & AdmissionOptions & Pick<HttpOptions, 'requestTimeoutMs'>,
    private readonly taker: SecuredHttp,
  ) {
    const credentials = new TlsCredentials(options, ['h2', 'http/1.1'])
    this.listener = new TcpListener({ ...options, credentials }, (socket, peer) => this.secured(socket, peer))
    this.server = createServer(http2Options)
    // What is wrong with a connection ends that connection; there is nobody to tell.
    this.server.on('sessionError', () => undefined)
    this.server.on('session', (session) => {
      if (this.entering) this.peers.set(session, this.entering)
      this.sessions.add(session)
      session.once('close', () => this.sessions.delete(session))
      endWhenIdle(session, options.requestTimeoutMs)
    })
    this.server.on('request', (request, response) => this.requested(request, response))
  }

  get isLoopback(): boolean {
    return this.listener.isLoopback
  }

  listen(): Promise<ListeningAddress> {
    return this.listener.listen()
  }

  reload(): readonly string[] {
    return this.listener.reload()
  }

  counters(): Record<string, number> {
    return this.listener.counters()
  }

  /** What was said last on HTTP/2 leaves first, for as long as may be: its frames wait for their turn. */
  async close(): Promise<void> {
    await this.listener.close()
    await allClosed(this.sessions, netLimits.lastWordsMs)
    for (const socket of this.connections) socket.destroy()
  }

  private secured(socket: Socket, peer: PeerInfo): void {
    this.connections.add(socket)
    socket.once('close', () => this.connections.delete(socket))
    if (protocolOf(socket) !== 'h2') return this.taker.connected(socket, peer)
    this.entering = peer
    this.server.emit('connection', socket)
    this.entering = null
  }

  private requested(request: Http2ServerRequest, response: Http2ServerResponse): void {
    const { session } = request.stream
    const peer = session && this.peers.get(session)
    if (peer) this.taker.requested(request, response, peer)
    else request.stream.close()
  }
}

const http2Options = {
  settings: {
    enablePush: false,
    maxConcurrentStreams: netLimits.streamsPerConnectionMax,
    maxHeaderListSize: netLimits.headBytesMax,
  },
  maxSessionMemory: netLimits.http2SessionMegabytesMax,
  maxHeaderListPairs: netLimits.headersMax,
}

/**
 * Ends a connection on which nothing is asked for and nothing was said for so long. Node does not notice by itself that a peer has left whose many
 * resets made nghttp2 give the connection up (RFC 9113 §10.5): its socket would stay for good.
 */
function endWhenIdle(session: Http2Session, idleMs: number): void {
  let streams = 0
  session.on('stream', (stream) => {
    streams += 1
    stream.once('close', () => {
      streams -= 1
    })
  })
  session.setTimeout(idleMs)
  session.on('timeout', () => {
    if (streams === 0) session.destroy()
  })
}

/** Asks for the end of each; resolves when all have ended, or their time is over. */
async function allClosed(sessions: ReadonlySet<Http2Session>, timeoutMs: number): Promise<void> {
  const ends = Array.from(sessions, (session) => ended(session))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([Promise.all(ends), late])
  clearTimeout(timer)
}

function ended(session: Http2Session): Promise<void> {
  return new Promise((resolve) => {
    session.once('close', resolve)
    session.close()
  })
}

function protocolOf(socket: Socket & Partial<Pick<TLSSocket, 'alpnProtocol'>>): string {
  return socket.alpnProtocol || 'http/1.1'
}
