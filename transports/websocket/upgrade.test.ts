import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import { afterEach, suite, test } from 'mocha'
import { clientFrame, RawWebSocket } from '../../test/support/raw-websocket.js'
import { WebSocketGateway } from '../../test/support/websocket-gateway.js'

const ping = Buffer.from([0x1a, 4, 0x4a, 2, 0x08, 1])

const gateways: WebSocketGateway[] = []

async function linked(options: object = {}) {
  const gateway = await WebSocketGateway.start(options)
  gateways.push(gateway)
  const client = await RawWebSocket.dial(gateway.port)
  return { gateway, client, owner: await gateway.link() }
}

suite('websocket upgrade', () => {
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  })

  /** The status with which an upgrade is answered; 101 if it is taken. */
  async function statusOf(port: number, path: string, headers: Record<string, string>): Promise<number | undefined> {
    return (await answerTo(port, path, headers)).statusCode
  }

  async function answerTo(port: number, path: string, headers: Record<string, string>): Promise<IncomingMessage> {
    const upgrading = request({
      port,
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'BwcHBwcHBwcHBwcHBwcHBw==',
        'sec-websocket-protocol': 'rivulet.v1',
        ...headers,
      },
    })
    upgrading.on('upgrade', (response, socket) => {
      socket.destroy()
      upgrading.emit('response', response)
    })
    upgrading.end()
    const response = await new Promise<IncomingMessage>((resolve) => upgrading.once('response', resolve))
    response.resume()
    return response
  }

  for (const { what, path = '/ws', headers = {}, options = {}, status } of [
    { what: 'a program, which has no origin', status: 101 },
    { what: 'a page from this machine', headers: { origin: 'http://localhost:5173' }, status: 101 },
    { what: 'a foreign page', headers: { origin: 'https://example.com' }, status: 403 },
    {
      what: 'a listed page',
      headers: { origin: 'https://example.com' },
      options: { origins: ['https://example.com'] },
      status: 101,
    },
    { what: 'a newer protocol alone', headers: { 'sec-websocket-protocol': 'rivulet.v9' }, status: 400 },
    { what: 'a choice of protocols', headers: { 'sec-websocket-protocol': 'rivulet.v9, rivulet.v1' }, status: 101 },
    { what: 'another path', path: '/other', status: 404 },
    { what: 'a path of its own', path: '/live', options: { path: '/live' }, status: 101 },
    { what: 'a wrong key', headers: { 'sec-websocket-key': 'short' }, status: 400 },
    { what: 'an old version', headers: { 'sec-websocket-version': '7' }, status: 400 },
    { what: 'another kind of upgrade', headers: { upgrade: 'h2c' }, status: 426 },
  ]) {
    test(`answers ${what} with ${status}`, async () => {
      const gateway = await WebSocketGateway.start(options)
      gateways.push(gateway)
      assert.equal(await statusOf(gateway.port, path, headers), status)
      assert.equal(gateway.warnings.length, status === 403 ? 1 : 0)
    })
  }

  test('says once which setting lets in the pages that it refuses, and counts them all', async () => {
    const gateway = await WebSocketGateway.start()
    gateways.push(gateway)
    for (const origin of ['https://example.com', 'https://example.org'])
      assert.equal(await statusOf(gateway.port, '/ws', { origin }), 403)
    assert.deepEqual([gateway.warnings.length, gateway.transport.counters?.()['refused.origin']], [1, 2])
  })

  test('a handshake that breaks the rules is counted, and answered with a problem that names the version', async () => {
    const gateway = await WebSocketGateway.start()
    gateways.push(gateway)
    const response = await answerTo(gateway.port, '/ws', { 'sec-websocket-version': '7' })
    assert.equal(response.headers['content-type'], 'application/problem+json')
    assert.equal(response.headers['sec-websocket-version'], '13')
    assert.equal(gateway.transport.counters?.()['refused.handshake'], 1)
  })

  test('says which protocol was taken, of those that are offered', async () => {
    const gateway = await WebSocketGateway.start()
    gateways.push(gateway)
    const response = await answerTo(gateway.port, '/ws', { 'sec-websocket-protocol': 'rivulet.v9, rivulet.v1' })
    assert.equal(response.headers['sec-websocket-protocol'], 'rivulet.v1')
  })

  test('refuses a link above the limit for now, and takes one when another has left', async () => {
    const { gateway, client, owner } = await linked({ connectionsMax: 1 })
    const refused = await answerTo(gateway.port, '/ws', {})
    assert.deepEqual([refused.statusCode, Number(refused.headers['retry-after']) > 0], [503, true])
    assert.deepEqual(gateway.transport.counters?.(), {
      connections: 1,
      'refused.origin': 0,
      'refused.connections': 1,
      'refused.handshake': 0,
    })
    client.socket.destroy()
    await owner.end()
    assert.equal(await statusOf(gateway.port, '/ws', {}), 101)
  })

  test('sends newcomers away while it stops, and leaves links to the gateway', async () => {
    const { gateway, client, owner } = await linked()
    await gateway.transport.close()
    assert.equal(await statusOf(gateway.port, '/ws', {}), 503)
    client.write(clientFrame(ping))
    await owner.until(() => owner.messages.length === 1)
  })
})
