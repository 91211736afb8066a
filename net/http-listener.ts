import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { AdmissionRefusal, Visit } from './admission.js'
import { Admission, admissionRefusals } from './admission.js'
import type { HttpOptions } from './http-options.js'
import { HttpRoutes } from './http-routes.js'
import { netLimits } from './limits.js'
import type { ListeningAddress } from './listening.js'
import { listenAt } from './listening.js'
import { isLoopback, peerAddress, peerNetwork } from './peer-address.js'
import type { Problem } from './problem.js'
import { answerProblem, answerSocket } from './problem.js'
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

/**
 * One HTTP server for everything that begins as a request: WebSockets today, later event streams, the HTTP API and the console.
 *
 * It owns the limits that come before any protocol: how many connections there may be, how fast they may come, how long a
 * head may take. It knows paths and subprotocols, and nothing of what stands behind them.
 */
export class HttpListener {
  readonly routes = new HttpRoutes()
  readonly isLoopback: boolean
  private readonly server: Server
  private readonly admission: Admission
  private readonly visits = new WeakMap<Socket, Visit>()
  private readonly refusals = new WeakMap<Socket, AdmissionRefusal>()
  /** One function for all sockets: a closure for each would be much of what an idle connection costs here. */
  private readonly left = listenerOn((socket) => this.leave(socket))
  private refusedOpen = 0
  /** Requests that were answered with a problem, by its code; known from the start, so that a scraper sees the first. */
  private readonly problems = new Map<string, number>(problemCodes.map((code) => [code, 0]))
  private listening: Promise<ListeningAddress> | null = null
  private isClosing = false

  constructor(private readonly options: HttpOptions) {
    this.isLoopback = isLoopback(options.host)
    this.admission = new Admission(options, performance.now())
    this.server = createServer(serverOptions(options))
    this.server.maxHeadersCount = netLimits.headersMax
    this.server.on('connection', (socket) => this.connected(socket))
    this.server.on('request', (request, response) => this.requested(request, response))
    this.server.on('upgrade', (request, socket, head) => this.upgrading(request, socket, head))
    this.server.on('clientError', (error, socket) => this.unreadable(error, socket))
  }

  /** Starts to listen; asked again, it says where it is. */
  listen(): Promise<ListeningAddress> {
    this.listening ??= listenAt(this.server, this.options.host, this.options.port)
    return this.listening
  }

  /** Takes no new connections, closes those that wait for a request, and resolves when the last is gone. */
  close(): Promise<void> {
    this.isClosing = true
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }

  /** Plain counters for whoever scrapes them. */
  counters(): Record<string, number> {
    const refused = [...Object.entries(this.admission.refused), ...this.problems].map(
      ([reason, count]) => [`refused.${reason}`, count] as const,
    )
    return { connections: this.admission.connections, ...Object.fromEntries(refused) }
  }

  private connected(socket: Socket): void {
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

  private requested(request: IncomingMessage, response: ServerResponse): void {
    const route = this.problemWith(request.socket) ?? this.routes.requestFor(request)
    if ('status' in route) answerProblem(request, response, this.counted(route))
    else route.answer(request, response)
  }

  private upgrading(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!(socket instanceof Socket)) {
      socket.destroy()
      return
    }
    const route = this.problemWith(socket) ?? this.routes.upgradeFor(request)
    if ('status' in route) answerSocket(socket, this.counted(route))
    else route.accept(request, socket, head)
  }

  /** What comes before there is a request: silence, endless heads and what is no HTTP. */
  private unreadable(error: Error, socket: Duplex): void {
    const problem = problemUnread(error)
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
    noDelay: true,
    maxHeaderSize: netLimits.headBytesMax,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(Math.min(headersTimeoutMs, requestTimeoutMs) / 4),
  }
}

function listenerOn(handle: (socket: Socket) => void): (this: Socket) => void {
  return function (this: Socket) {
    handle(this)
  }
}
