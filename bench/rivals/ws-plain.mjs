/**
 * Rival: what is written first with `ws`, and what most programs keep: for each message a loop over the subscribers with
 * `send`. Deflate off, no client tracking, no parsing of values.
 *
 * `ws://…/?first=F&count=C` subscribes to C topics from F.
 */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { announce, host, listenForPublishes } from './ingest.mjs'

const subscribers = new Map()

function subscribersOf(topic) {
  const known = subscribers.get(topic) ?? new Set()
  subscribers.set(topic, known)
  return known
}

function subscribe(webSocket, url) {
  const query = new URL(url, 'http://localhost').searchParams
  const first = Number(query.get('first') ?? 0)
  const topics = Array.from({ length: Number(query.get('count') ?? 1) }, (_, index) => first + index)
  for (const topic of topics) subscribersOf(topic).add(webSocket)
  webSocket.on('close', () => {
    for (const topic of topics) subscribersOf(topic).delete(webSocket)
  })
}

const sendOptions = { binary: true, compress: false }

function publish(topic, value) {
  for (const webSocket of subscribersOf(topic)) webSocket.send(value, sendOptions)
}

const http = createServer()
const server = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false })
server.on('connection', (webSocket, request) => {
  webSocket.on('error', () => webSocket.terminate())
  subscribe(webSocket, request.url)
})
const ingestPort = await listenForPublishes(publish)
http.listen(0, host, () => announce(host, http.address().port, ingestPort))
