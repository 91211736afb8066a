import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { PeerInfo } from './peer-info.js'
import type { Problem } from './problem.js'
import type { HttpRequest, HttpResponse } from './secure-http.js'

/** What a transport takes from the shared listener: upgrades to a path that offer its subprotocol. */
export interface UpgradeRoute {
  readonly path: string
  readonly protocol: string
  /** Owns the socket from here on, errors included. */
  accept(request: IncomingMessage, socket: Socket, head: Buffer, peer: PeerInfo): void
}

/** Answers all requests whose path is `path` or lies below it. */
export interface RequestRoute {
  readonly path: string
  answer(request: HttpRequest, response: HttpResponse, peer: PeerInfo): void
}

/** Who answers what; where nobody does, the problem that says so. */
export class HttpRoutes {
  private readonly upgrades: UpgradeRoute[] = []
  private readonly requests: RequestRoute[] = []

  /** Offers a path and subprotocol; the function that it returns takes the offer back. */
  addUpgrade(route: UpgradeRoute): () => void {
    return add(this.upgrades, route)
  }

  addRequest(route: RequestRoute): () => void {
    return add(this.requests, route)
  }

  upgradeFor(request: IncomingMessage): UpgradeRoute | Problem {
    const path = pathOf(request)
    const routes = this.upgrades.filter((route) => route.path === path)
    const offered = protocolsOf(request)
    const route = routes.find(({ protocol }) => offered.includes(protocol))
    if (route !== undefined) return route
    if (routes.length === 0) return notFound(path)
    const known = routes.map(({ protocol }) => protocol).join(' or ')
    return { status: 400, code: 'unsupportedVersion', detail: `offer the WebSocket subprotocol ${known}` }
  }

  /** Where several routes fit, the longest. */
  requestFor(request: HttpRequest): RequestRoute | Problem {
    const path = pathOf(request)
    let longest: RequestRoute | null = null
    for (const route of this.requests)
      if (route.path.length > (longest?.path.length ?? -1) && liesBelow(path, route.path)) longest = route
    return longest ?? this.unanswered(path)
  }

  private unanswered(path: string): Problem {
    const isUpgradePath = this.upgrades.some((route) => route.path === path)
    if (!isUpgradePath) return notFound(path)
    return { status: 426, code: 'upgradeRequired', detail: `${path} is a WebSocket`, headers: { upgrade: 'websocket' } }
  }
}

function notFound(path: string): Problem {
  return { status: 404, code: 'notFound', detail: `there is nothing at ${path.slice(0, 200)}` }
}

function add<Route>(routes: Route[], route: Route): () => void {
  routes.push(route)
  return () => {
    const index = routes.indexOf(route)
    if (index >= 0) routes.splice(index, 1)
  }
}

function pathOf({ url = '/' }: HttpRequest): string {
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}

function liesBelow(path: string, top: string): boolean {
  if (!path.startsWith(top)) return false
  return path.length === top.length || top.endsWith('/') || path[top.length] === '/'
}

function protocolsOf(request: IncomingMessage): string[] {
  const field = request.headers['sec-websocket-protocol'] ?? ''
  return field.split(',').map((name) => name.trim())
}
