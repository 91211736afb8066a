import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** A request that is not carried out, as RFC 9457 words it; `code` is stable, `detail` is for people. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly headers?: Readonly<Record<string, string>>
}

function bodyOf({ status, code, detail }: Problem): string {
  return `${JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, code, detail })}\n`
}

/** The connection closes behind it: the rest of the request was not read. */
function headersOf(problem: Problem, body: string): OutgoingHttpHeaders {
  return {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...problem.headers,
  }
}

/** Answers a request with a problem. */
export function answerProblem(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  const body = bodyOf(problem)
  response.writeHead(problem.status, headersOf(problem, body))
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Answers where there is only the bare socket, as of a request to upgrade or one that cannot be read, and closes it. */
export function answerSocket(socket: Duplex, problem: Problem): void {
  const body = bodyOf(problem)
  const fields = Object.entries(headersOf(problem, body)).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.on('error', destroySocket)
  socket.once('finish', destroySocket)
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${fields.join('')}\r\n${body}`)
}

function destroySocket(this: Duplex): void {
  this.destroy()
}
