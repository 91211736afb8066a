/**
 * Rival: Node's own `http` and nothing else. Streams get a head and are kept; values stand in a Map as bytes.
 *
 *   GET /stream/…               an event stream on which nothing happens
 *   PUT, GET /api/v1/topics/…   stores the body and sends it back; the value, or 304
 *   POST /api/v1/publish        parses each line as JSON and stores its value
 */
import { createServer } from 'node:http'
import { announceHttp, host } from './ingest.mjs'

const topicsPath = '/api/v1/topics/'
const etag = '"1"'
const values = new Map()

/** Collects a body, then calls `use` with its bytes. */
function withBody(request, use) {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => use(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
}

function openStream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.flushHeaders()
}

function put(path, request, response) {
  withBody(request, (body) => {
    values.set(path, body)
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length }).end(body)
  })
}

function publishLines(request, response) {
  withBody(request, (body) => {
    const lines = body.utf8Slice().split('\n')
    if (lines.at(-1) === '') lines.pop()
    for (const line of lines) {
      const { path, value } = JSON.parse(line)
      values.set(path, value)
    }
    response.end(`{"accepted":${lines.length}}`)
  })
}

function get(path, request, response) {
  const value = values.get(path)
  if (value === undefined) response.writeHead(404).end()
  else if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
  else response.writeHead(200, { 'content-type': 'text/plain', 'content-length': value.length, etag }).end(value)
}

const server = createServer((request, response) => {
  const { method, url } = request
  if (method === 'PUT') put(url.slice(topicsPath.length), request, response)
  else if (method === 'POST') publishLines(request, response)
  else if (url.startsWith('/stream/')) openStream(response)
  else get(url.slice(topicsPath.length), request, response)
})
// A load client that is ended resets its connections.
server.on('clientError', (_error, socket) => socket.destroy())
server.listen(0, host, () => announceHttp(host, server.address().port))
