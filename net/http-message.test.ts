import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, suite, test } from 'mocha'
import { everything } from '../test/support/tcp-listener.js'
import { HttpListener } from './http-listener.js'
import { parseHttpOptions } from './http-options.js'

const listeners: HttpListener[] = []

/** All that is told to a peer that says this to a listener, one thing after another; its routes say what they were asked. */
async function told(...said: readonly string[]): Promise<string> {
  const listener = new HttpListener(parseHttpOptions({ port: 0 }))
  listeners.push(listener)
  listener.routes.addRequest({
    path: '/echo',
    answer: async (request, response) => {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece)
      response.end(`${request.method} ${request.url} of ${request.headers.host}: ${Buffer.concat(pieces)};`)
    },
  })
  listener.routes.addUpgrade({ path: '/ws', protocol: 'a', accept: (_request, socket) => socket.end('accepted') })
  const { port } = await listener.listen()
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const heard = everything(socket)
  for (const [index, each] of said.entries()) {
    if (index > 0) await once(socket, 'data')
    socket.write(each)
  }
  return heard
}

const h2c = 'connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n'
const last = 'GET /echo?last HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n'

suite('http message', () => {
  afterEach(async () => {
    for (const listener of listeners.splice(0)) await listener.close()
  })

  test('that offers HTTP/2 is answered as if it had not, and so is what follows on its connection', async () => {
    const heard = await told(`GET /echo HTTP/1.1\r\nhost: a\r\n${h2c}connection: close\r\n\r\n`)
    assert.match(heard, /^HTTP\/1\.1 200 .*GET \/echo of a: ;/s)
    const body = `PUT /echo HTTP/1.1\r\nhost: a\r\n${h2c}content-length: 5\r\n\r\nhello`
    assert.match(await told(body, last), /PUT \/echo of a: hello;.*GET \/echo\?last of b: ;/s)
    const chunks = `PUT /echo HTTP/1.1\r\nhost: a\r\n${h2c}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`
    assert.match(await told(chunks, last), /PUT \/echo of a: hello;.*GET \/echo\?last of b: ;/s)
  })

  for (const offered of ['websocket', 'WebSocket', 'h2c, websocket'])
    test(`that offers ${offered} is upgraded`, async () => {
      const fields = `connection: upgrade\r\nupgrade: ${offered}\r\nsec-websocket-protocol: a\r\n`
      assert.equal(await told(`GET /ws HTTP/1.1\r\nhost: a\r\n${fields}\r\n`), 'accepted')
      assert.match(await told(`GET /echo HTTP/1.1\r\nhost: a\r\n${fields}\r\n`), /^HTTP\/1\.1 404 /)
    })

  for (const [target, asked] of [
    ['http://b:8080/echo?x=1', '/echo?x=1 of b:8080'],
    ['HTTP://b/echo', '/echo of b'],
    ['https://b/echo/http://c', '/echo/http://c of b'],
  ])
    test(`whose target is ${target} asks for ${asked}`, async () => {
      const heard = await told(`GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
      assert.match(heard, /^HTTP\/1\.1 200 /)
      assert.ok(heard.includes(`GET ${asked}: ;`), heard)
    })

  for (const target of ['http://b', 'http://b?x', 'ftp://b/echo', 'http:///echo', '*'])
    test(`whose target is ${target} asks for nothing that there is`, async () => {
      assert.match(
        await told(`OPTIONS ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`),
        /^HTTP\/1\.1 40[04] /,
      )
    })
})
