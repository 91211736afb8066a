import type { IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:http2'
import { Agent, request } from 'node:https'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { within } from '../../support/deadline.js'
import { authority } from '../../support/tls-peer.js'

/** What a call was answered. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What is sent beside the path. */
export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The client's own address: this machine has many. */
  readonly from?: string
}

/** A call whose body is still being written. */
export interface OpenCall {
  readonly body: Writable
  readonly answer: Promise<Answer>
  close(): void
}

/** Calls through the proxy, by clients that know who signed its certificate. */
export class NginxCaller {
  private readonly agents = new Map<string, Agent>()

  constructor(private readonly origin: string) {}

  async call(
    path: string,
    { method = 'GET', headers = {}, body = '', from = '127.0.0.1' }: Sent = {},
  ): Promise<Answer> {
    const agent = this.agents.get(from) ?? new Agent({ keepAlive: true, ca: authority, localAddress: from })
    this.agents.set(from, agent)
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const asked = request(this.origin + path, { method, headers: { ...headers, ...(body && length) }, agent })
    const answer = answerTo(asked)
    asked.end(body)
    return within(`${method} ${path}`, answer)
  }

  /** A body of unknown length. */
  begin(version: 'http1.1' | 'http2', path: string, headers: Readonly<Record<string, string>>): OpenCall {
    if (version === 'http1.1') {
      const body = request(this.origin + path, { method: 'POST', headers, ca: authority, agent: false })
      return { body, answer: answerTo(body), close: () => body.destroy() }
    }
    const client = connect(this.origin, { ca: authority })
    const stream = client.request({ ':method': 'POST', ':path': path, ...headers })
    const answer = new Promise<Answer>((resolve, reject) => {
      stream.once('error', reject)
      stream.once('response', ({ ':status': status = 0, ...fields }) => {
        resolve(wholeAnswer(status, fields, stream))
      })
    })
    return { body: stream, answer, close: () => client.destroy() }
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy()
  }
}

function answerTo(asked: ReturnType<typeof request>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    asked.once('error', reject)
    asked.once('response', (response) => resolve(wholeAnswer(response.statusCode ?? 0, response.headers, response)))
  })
}

async function wholeAnswer(status: number, headers: IncomingHttpHeaders, body: Readable): Promise<Answer> {
  return { status, headers, body: await text(body) }
}
