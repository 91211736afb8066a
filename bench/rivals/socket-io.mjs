/**
 * Rival: socket.io, WebSocket only, deflate off (its default), all subscribers in one room, one `emit` a message. Values go
 * as text, since binary would cost socket.io a second frame each.
 */
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { announce, host, listenForPublishes } from './ingest.mjs'

const http = createServer()
const server = new Server(http, { transports: ['websocket'], serveClient: false })
server.on('connection', (socket) => socket.join('all'))

function publish(_topic, value) {
  server.to('all').emit('update', value.latin1Slice())
}

const ingestPort = await listenForPublishes(publish)
http.listen(0, host, () => announce(host, http.address().port, ingestPort))
