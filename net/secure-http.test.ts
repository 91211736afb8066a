import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ClientHttp2Session } from 'node:http2'
import { connect } from 'node:http2'
import { Agent, request } from 'node:https'
import { afterEach, suite, test } from 'mocha'
import { WebSocket } from 'ws'
import { certificateFile } from '../test/support/tcp-listener.js'
import { authority } from '../test/support/tls-peer.js'
import { HttpListener } from './http-listener.js'
import { parseHttpOptions } from './http-options.js'
import type { HttpRequest, HttpResponse } from './secure-http.js'

const files = { cert: certificateFile('server.pem'), key: certificateFile('server.key') }
const trusting = { ca: authority, servername: 'localhost' }
const closing: (() => unknown)[] = []

async function started(options: object = {}, tls: object = {}) {
  const listener = new HttpListener(parseHttpOptions({ port: 0, tls: { port: 0, ...files, ...tls }, ...options }))
  closing.push(() => listener.close())
  const { secured } = await listener.listen()
  return { listener, port: secured?.port ?? 0 }
}

/** Answers with what it was asked, and by whom. */
function echo(listener: HttpListener): void {
  listener.routes.addRequest({
    path: '/echo',
    answer: (asked: HttpRequest, response: HttpResponse, peer) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.end(`HTTP/${asked.httpVersion} ${asked.method} ${asked.url} from ${peer.address}`)
    },
  })
}

function session(port: number): ClientHttp2Session {
  const made = connect(`https://127.0.0.1:${port}`, trusting)
  made.on('error', () => undefined)
  closing.push(() => made.destroy())
  return made
}

async function get(from: ClientHttp2Session, path: string): Promise<{ status: number; text: string }> {
  const stream = from.request({ ':path': path })
  const [headers] = await once(stream, 'response')
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece)
  return { status: Number(headers[':status']), text: Buffer.concat(pieces).toString() }
}

async function getOverHttp1(port: number, path: string): Promise<{ status: number; text: string }> {
  const agent = new Agent({ ...trusting, keepAlive: false })
  const asking = request({ host: '127.0.0.1', port, path, agent }).end()
  const [response] = await once(asking, 'response')
  const pieces: Buffer[] = []
  for await (const piece of response) pieces.push(piece)
  return { status: response.statusCode, text: Buffer.concat(pieces).toString() }
}

suite('secured http', () => {
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  test('speaks HTTP/2 with who offers it, and HTTP/1.1 with others (RFC 7301)', async () => {
    const { listener, port } = await started()
    echo(listener)
    assert.deepEqual(await get(session(port), '/echo?a=b'), {
      status: 200,
      text: 'HTTP/2.0 GET /echo?a=b from 127.0.0.1',
    })
    assert.deepEqual(await getOverHttp1(port, '/echo'), { status: 200, text: 'HTTP/1.1 GET /echo from 127.0.0.1' })
  })

  test('answers what nobody offers with a problem, and goes on with the connection', async () => {
    const { listener, port } = await started()
    echo(listener)
    const client = session(port)
    const { status, text } = await get(client, '/elsewhere')
    assert.deepEqual([status, JSON.parse(text).code], [404, 'notFound'])
    assert.equal((await get(client, '/echo')).status, 200)
    assert.equal((await getOverHttp1(port, '/elsewhere')).status, 404)
    assert.equal(listener.counters()['refused.notFound'], 2)
  })

  test('opens WebSockets', async () => {
    const { listener, port } = await started()
    listener.routes.addUpgrade({
      path: '/ws',
      protocol: 'echo',
      accept: (_request, socket, _head, peer) => socket.end(`HTTP/1.1 400 ${peer.address}\r\n\r\n`),
    })
    const client = new WebSocket(`wss://127.0.0.1:${port}/ws`, 'echo', trusting)
    const [, response] = await once(client, 'unexpected-response')
    assert.equal(response.statusMessage, '127.0.0.1')
  })

  test('bounds the streams and the heads of one connection', async () => {
    const { listener, port } = await started()
    const waiting: HttpResponse[] = []
    listener.routes.addRequest({ path: '/slow', answer: (_request, response) => waiting.push(response) })
    const client = session(port)
    await once(client, 'remoteSettings')
    assert.equal(client.remoteSettings.maxConcurrentStreams, 256)
    const tooLong = client.request({ ':path': '/slow', ...Object.fromEntries(longHeaders()) })
    const [error] = await once(tooLong, 'error', { signal: AbortSignal.timeout(5_000) }).catch((thrown: unknown) => [
      thrown,
    ])
    assert.match(String(error), /NGHTTP2_/)
    assert.equal(waiting.length, 0)
  })

  test('ends a connection on which nothing is asked for, and leaves one alone on which something is', async () => {
    const { listener, port } = await started({ requestTimeoutMs: 40 })
    const answers: HttpResponse[] = []
    listener.routes.addRequest({ path: '/slow', answer: (_request, response) => answers.push(response) })
    const asking = session(port)
    const asked = asking.request({ ':path': '/slow' })
    await once(asking, 'remoteSettings')
    await once(session(port), 'close')
    assert.equal(listener.counters().connections, 1)
    answers[0]?.end('at last')
    asked.resume()
    await once(asking, 'close')
    assert.equal(asked.rstCode, 0)
  })

  test('lets in whom the limits of the plain port let in, and shows other certificates once they were read again', async () => {
    const { listener, port } = await started({ connectionsMax: 1 })
    echo(listener)
    const client = session(port)
    await get(client, '/echo')
    await assert.rejects(getOverHttp1(port, '/echo'))
    assert.deepEqual(listener.reload(), [])
    assert.equal(listener.counters().connections, 1)
  })
})

function longHeaders(): [string, string][] {
  return Array.from({ length: 20 }, (_, index) => [`x-${index}`, 'x'.repeat(1_000)])
}
