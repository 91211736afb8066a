import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { AdmissionRefusal, Visit } from './admission.js'
import { Admission, admissionRefusals } from './admission.js'
import { Forwarding } from './forwarding.js'
import { HttpAnswer } from './http-answer.js'
import { HttpMessage, takeAbsoluteTarget } from './http-message.js'
import type { HttpOptions } from './http-options.js'
import { HttpRoutes } from './http-routes.js'
import { netLimits } from './limits.js'
import type { ListeningAddress } from './listening.js'
import { listenAt } from './listening.js'
import { isLoopback, peerAddress, peerNetwork } from './peer-address.js'
import type { PeerInfo } from './peer-info.js'
import type { Problem } from './problem.js'
import { answerProblem, answerSocket } from './problem.js'
import type { HttpRequest, HttpResponse } from './secure-http.js'
import { SecureHttp } from './secure-http.js'
import { problemUnread } from './unread-requests.js'

const problemCodes = [
  'requestTimeout',
  'malformedRequest',
  'headTooLarge',
  'notFound',
  'upgradeRequired',
  'unsupportedVersion',
  'draining',
]

const stopping: Problem = { status: 503, code: 'draining', detail: 'the gateway is shutting down' }

/** Where the listener really is. */
export interface HttpListening extends ListeningAddress {
  /** Null: there is no port behind a certificate. */
  readonly secured: ListeningAddress | null
}

/**
 * One HTTP server for everything that begins as a request: WebSockets and event streams, later the console. It has a plain port, and one
 * behind a certificate if there is one.
 *
 * It owns the limits that come before any protocol: how many connections there may be, how fast they may come, how long a
 * head may take. It knows paths and subprotocols, and nothing of what stands behind them.
 */
export class HttpListener {
  readonly routes = new HttpRoutes()
  readonly isLoopback: boolean
  private readonly server: Server<typeof HttpMessage, typeof HttpAnswer>
  private readonly admission: Admission
  private readonly visits = new WeakMap<Socket, Visit>()
  private readonly taken = new WeakSet<Socket>()
  private readonly refusals = new WeakMap<Socket, AdmissionRefusal>()
  private readonly secure: SecureHttp | null
  private readonly forwarding: Forwarding
  /** Of the secured port: they were let in there. */
  private readonly securedPeers = new WeakMap<Socket, PeerInfo>()
  /** One function for all sockets: a closure for each would be much of what an idle connection costs here. */
  private readonly left = listenerOn((socket) => this.leave(socket))
  /** Whose request at hand may take longer than `requestTimeoutMs`: somebody else looks after it. */
  private readonly unhurried = new WeakSet<Duplex>()
  /** Requests that wait for their turn, of connections that do not wait for answers. */
  private readonly waiting = new WeakMap<Duplex, number>()
  private refusedOpen = 0
  /** Requests that were answered with a problem, by its code; known from the start, so that a scraper sees the first. */
  private readonly problems = new Map<string, number>(problemCodes.map((code) => [code, 0]))
  private listening: Promise<HttpListening> | null = null
  private isClosing = false

  constructor(private readonly options: HttpOptions) {
    const { tls } = options
    this.isLoopback = isLoopback(options.host) && (tls === null || isLoopback(tls.host))
    this.forwarding = new Forwarding(options.forwardedFrom)
    this.secure = tls === null ? null : new SecureHttp({ ...options, ...tls }, this.secured())
    this.admission = new Admission(options, performance.now())
    this.server = createServer(serverOptions(options))
    this.server.maxHeadersCount = netLimits.headersMax
    this.server.on('connection', (socket) => this.connected(socket))
    this.server.on('request', (request, response) => this.inTurn(request, response))
    this.server.on('upgrade', (request, socket, head) => this.upgrading(request, socket, head))
    this.server.on('clientError', (error, socket) => this.unreadable(error, socket))
  }

  /** Starts to listen; asked again, it says where it is. */
  listen(): Promise<HttpListening> {
    this.listening ??= this.listenAtBoth()
    return this.listening
  }

  private async listenAtBoth(): Promise<HttpListening> {
    const plain = await listenAt(this.server, this.options.host, this.options.port)
    return { ...plain, secured: (await this.secure?.listen()) ?? null }
  }

  /** What is asked for here is answered for as long as the connection stands: whoever asks for more on it has it closed. */
  keepToItself({ socket, httpVersionMajor }: HttpRequest): void {
    if (httpVersionMajor === 1) this.taken.add(socket)
  }

  /** Whoever answers this request bounds in time what comes of it: it may take longer than `requestTimeoutMs`. */
  letTakeLonger(request: HttpRequest): void {
    const { socket } = request
    this.unhurried.add(socket)
    request.once('close', () => this.unhurried.delete(socket))
  }

  /** Reads certificates again, for new connections; returns what is wrong with them, and then the former stay. */
  reload(): readonly string[] {
    return this.secure?.reload() ?? []
  }

  /** Takes no new connections, closes those that wait for a request, and resolves when the last is gone. */
  async close(): Promise<void> {
    this.isClosing = true
    await this.secure?.close()
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }

  /** Plain counters for whoever scrapes them. */
  counters(): Record<string, number> {
    const refused = [...Object.entries(this.admission.refused), ...this.problems].map(
      ([reason, count]) => [`refused.${reason}`, count] as const,
    )
    const plain = { connections: this.admission.connections, ...Object.fromEntries(refused) }
    return this.secure === null ? plain : sumOf(plain, this.secure.counters())
  }

  /** What goes on with connections of the secured port. */
  private secured() {
    return {
      connected: (socket: Socket, peer: PeerInfo) => {
        this.securedPeers.set(socket, peer)
        this.server.emit('connection', socket)
      },
      requested: (request: HttpRequest, response: HttpResponse, peer: PeerInfo) => this.route(request, response, peer),
    }
  }

  private connected(socket: Socket): void {
    if (this.securedPeers.has(socket)) return
    const entered = this.admission.enter(peerNetwork(peerAddress(socket.remoteAddress)), performance.now())
    if ('reason' in entered) this.refuse(socket, entered)
    else {
      this.visits.set(socket, entered)
      socket.on('close', this.left)
    }
  }

  private leave(socket: Socket): void {
    const visit = this.visits.get(socket)
    if (visit !== undefined) this.admission.leave(visit, performance.now())
  }

  /** A refused peer is told so once it has said what it wants, unless too many of its kind wait already. */
  private refuse(socket: Socket, refusal: AdmissionRefusal): void {
    if (this.refusedOpen >= netLimits.refusedOpenMax) {
      socket.destroy()
      return
    }
    this.refusedOpen++
    this.refusals.set(socket, refusal)
    socket.once('close', () => this.refusedOpen--)
  }

  /** One request of a connection at a time, each in a turn of its own. */
  private inTurn(request: IncomingMessage, response: HttpAnswer): void {
    const { socket } = request
    if (!response.mustWait || this.taken.has(socket)) return this.requested(request, response)
    const waiting = (this.waiting.get(socket) ?? 0) + 1
    this.waiting.set(socket, waiting)
    if (waiting > netLimits.pipelinedMax) socket.destroy()
    response.whenTurn(() => {
      this.waiting.set(socket, (this.waiting.get(socket) ?? 1) - 1)
      if (!socket.destroyed) this.requested(request, response)
    })
  }

  private requested(request: IncomingMessage, response: ServerResponse): void {
    takeAbsoluteTarget(request)
    const refusal = this.problemWith(request.socket)
    if (this.taken.has(request.socket)) request.socket.destroy()
    else if (refusal === null) this.route(request, response, this.peerOf(request.socket))
    else answerProblem(request, response, this.counted(refusal))
  }

  private route(request: HttpRequest, response: HttpResponse, peer: PeerInfo): void {
    const route = this.isClosing ? stopping : this.routes.requestFor(request)
    if ('status' in route) answerProblem(request, response, this.counted(route))
    else route.answer(request, response, this.forwarding.clientOf(request, peer))
  }

  private peerOf(socket: Socket): PeerInfo {
    return this.securedPeers.get(socket) ?? { address: peerAddress(socket.remoteAddress), certificate: null }
  }

  private upgrading(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!(socket instanceof Socket)) {
      socket.destroy()
      return
    }
    takeAbsoluteTarget(request)
    const route = this.problemWith(socket) ?? this.routes.upgradeFor(request)
    if ('status' in route) answerSocket(socket, this.counted(route))
    else route.accept(request, socket, head, this.forwarding.clientOf(request, this.peerOf(socket)))
  }

  /** What comes before there is a request: silence, endless heads and what is no HTTP. */
  private unreadable(error: Error, socket: Duplex): void {
    const problem = problemUnread(error)
    // Node has told it once and looks at this request no more.
    if (problem?.code === 'requestTimeout' && this.unhurried.has(socket)) return
    if (problem !== null) this.counted(problem)
    const canAnswer = problem !== null && socket instanceof Socket && socket.writable && socket.bytesWritten === 0
    if (canAnswer) answerSocket(socket, problem)
    else socket.destroy()
  }

  /** Refused connections were counted when they came. */
  private counted(problem: Problem): Problem {
    if (problem.headers?.['retry-after'] === undefined)
      this.problems.set(problem.code, (this.problems.get(problem.code) ?? 0) + 1)
    return problem
  }

  private problemWith(socket: Socket): Problem | null {
    const refusal = this.refusals.get(socket)
    if (refusal === undefined) return this.isClosing ? stopping : null
    const { status, text } = admissionRefusals[refusal.reason]
    const headers = { 'retry-after': String(refusal.retryAfterS) }
    return { status, code: status === 429 ? 'tooManyRequests' : 'tooManyConnections', detail: text, headers }
  }
}

function serverOptions({ headersTimeoutMs, requestTimeoutMs }: HttpOptions) {
  return {
    IncomingMessage: HttpMessage,
    ServerResponse: HttpAnswer,
    noDelay: true,
    maxHeaderSize: netLimits.headBytesMax,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(Math.min(headersTimeoutMs, requestTimeoutMs) / 4),
  }
}

function sumOf(one: Record<string, number>, other: Record<string, number>): Record<string, number> {
  const sum = { ...one }
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count
  return sum
}

function listenerOn(handle: (socket: Socket) => void): (this: Socket) => void {
  return function (this: Socket) {
    handle(this)
  }
}
