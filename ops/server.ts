import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Health, ProbeAnswer } from './health.js'
import { opsLimits } from './limits.js'

/** What the ops listener shows. */
export interface OpsSources {
  readonly health: Health
  /** The metrics in Prometheus' text format, and its content type. */
  readonly metrics: { text(): Promise<string>; readonly contentType: string }
}

/** The running listener. */
export interface OpsServer {
  /** Where it listens, with the port that was chosen where 0 was asked for. */
  readonly url: string
  close(): Promise<void>
}

/** Starts the listener for operators: `/healthz`, `/readyz`, `/metrics`. Rejects when the address cannot be had. */
export async function serveOps(sources: OpsSources, host: string, port: number): Promise<OpsServer> {
  const server = createServer((request, response) => void answer(sources, request, response))
  server.maxConnections = opsLimits.connectionsMax
  server.requestTimeout = opsLimits.requestTimeoutMs
  server.headersTimeout = opsLimits.requestTimeoutMs
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  const chosen = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(sources: OpsSources, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path] = (request.url ?? '/').split('?')
  if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, 405, 'use GET')
  if (path === '/healthz') return probe(response, sources.health.alive())
  if (path === '/readyz') return probe(response, sources.health.ready())
  if (path === '/metrics') return scrape(sources, response)
  reply(response, 404, 'there are /healthz, /readyz and /metrics')
}

async function scrape({ metrics }: OpsSources, response: ServerResponse): Promise<void> {
  try {
    reply(response, 200, await metrics.text(), metrics.contentType)
  } catch (error) {
    // A scraper shows the text; the gateway serves its clients all the same.
    reply(response, 500, `metrics could not be read: ${String(error)}`)
  }
}

function probe(response: ServerResponse, { status, text }: ProbeAnswer): void {
  reply(response, status, text)
}

function reply(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' })
  response.end(text.endsWith('\n') ? text : `${text}\n`)
}
