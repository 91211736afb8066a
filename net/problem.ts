import type { OutgoingHttpHeaders } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { HttpRequest, HttpResponse } from './secure-http.js'

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
export function answerProblem(request: HttpRequest, response: HttpResponse, problem: Problem): void {
  const body = bodyOf(problem)
  const { connection, ...headers } = headersOf(problem, body)
  // HTTP/2 has no such header (RFC 9113 §8.2.2): there a stream ends, and the others go on.
  response.writeHead(problem.status, request.httpVersionMajor === 1 ? { connection, ...headers } : headers)
  response.end(request.method === 'HEAD' ? '' : body)
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
