/** Rival: better-sse as its README has it: all sessions in one channel, one `broadcast` a message. Values go as JSON strings. */
import { createServer } from 'node:http'
import { createChannel, createSession } from 'better-sse'
import { announceHttp, host, listenForPublishes } from './ingest.mjs'

const channel = createChannel()

async function open(request, response) {
  channel.register(await createSession(request, response))
}

function publish(_topic, value) {
  channel.broadcast(value.latin1Slice(), 'update')
}

const server = createServer(open)
const ingestPort = await listenForPublishes(publish)
server.listen(0, host, () => announceHttp(host, server.address().port, ingestPort))
