import { IncomingMessage } from 'node:http'

/**
 * A request as Node reads it, but that only WebSockets are upgraded. Others that offer another protocol, as Java's client and `curl --http2` offer
 * HTTP/2, are answered as if they had not, which they expect. RFC 9110 §7.8
 */
export class HttpMessage extends IncomingMessage {
  private offersUpgrade = false

  /** What Node goes by: it says first whether one is offered, and asks then. */
  get upgrade(): boolean {
    return this.offersUpgrade && (this.method === 'CONNECT' || isWebSocket(this.headers.upgrade))
  }

  set upgrade(isOffered: boolean) {
    this.offersUpgrade = isOffered
  }
}

function isWebSocket(offered = ''): boolean {
  return offered.split(',').some((protocol) => protocol.trim().toLowerCase() === 'websocket')
}

/** With scheme and host, as proxies are asked, a target means the same as without, and its host counts. RFC 9112 §3.2.2 */
export function takeAbsoluteTarget(request: IncomingMessage): void {
  if (request.url?.startsWith('/')) return
  const [start = '', host = ''] = /^https?:\/\/([^/?#]+)/i.exec(request.url ?? '') ?? []
  if (start === '') return
  const rest = request.url?.slice(start.length) ?? ''
  request.url = rest.startsWith('/') ? rest : `/${rest}`
  request.headers.host = host
}
