import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, Server, Socket } from 'node:net'
import { afterEach, suite, test } from 'mocha'
import { everything, hangUp, listening } from '../test/support/tcp-listener.js'

/** The server of node:net that accepted a connection. */
function serverOf(socket: Socket): Server {
  const server: unknown = Reflect.get(socket, 'server')
  assert.ok(server instanceof Server)
  return server
}

suite('tcp listener', () => {
  afterEach(hangUp)

  test('says where it is, however often it is asked to listen', async () => {
    const { listener, port } = await listening()
    assert.deepEqual(await listener.listen(), { host: '127.0.0.1', port, authority: `127.0.0.1:${port}` })
    assert.ok(listener.isLoopback)
    const six = await listening({ host: '::1' })
    assert.equal((await six.listener.listen()).authority, `[::1]:${six.port}`)
  })

  test('rejects with the error of the system where it cannot listen', async () => {
    const { port } = await listening()
    await assert.rejects(listening({ port }), { code: 'EADDRINUSE', port })
  })

  test('hands over each connection with its address, and all that its peer sends', async () => {
    const { port, taken } = await listening()
    const peer = connect(port, '127.0.0.1')
    peer.end('hello')
    const { socket, peer: info } = await taken()
    assert.deepEqual(info, { address: '127.0.0.1', certificate: null })
    assert.equal(await everything(socket), 'hello')
    peer.destroy()
  })

  for (const { options, reason, what } of [
    { options: { connectionsPerAddressMax: 1 }, reason: 'addressConnections', what: 'an address its number' },
    { options: { connectionsMax: 1 }, reason: 'connections', what: 'the total number' },
    {
      options: { connectBurstPerAddress: 1, connectsPerSecondPerAddress: 0.1 },
      reason: 'addressRate',
      what: 'its rate',
    },
    { options: { connectBurst: 1, connectsPerSecond: 0.1 }, reason: 'rate', what: 'the total rate' },
  ]) {
    test(`hangs up on the connection above ${what}, and counts why`, async () => {
      const { listener, port, taken } = await listening(options)
      connect(port, '127.0.0.1')
      await taken()
      assert.equal(await everything(connect(port, '127.0.0.1')), '')
      assert.equal(listener.counters()[`refused.${reason}`], 1)
      assert.equal(listener.counters().connections, 1)
    })
  }

  test('counts a connection until it is gone, and then takes another', async () => {
    const { listener, port, taken } = await listening({ connectionsMax: 1 })
    const peer = connect(port, '127.0.0.1')
    const { socket } = await taken()
    assert.equal(listener.counters().connections, 1)
    peer.destroy()
    await once(socket.resume(), 'close')
    assert.equal(listener.counters().connections, 0)
    connect(port, '127.0.0.1')
    await taken()
  })

  test('knows its counters before anything happened', async () => {
    const { listener } = await listening()
    assert.deepEqual(listener.counters(), {
      connections: 0,
      'refused.addressConnections': 0,
      'refused.addressRate': 0,
      'refused.connections': 0,
      'refused.rate': 0,
      'refused.addresses': 0,
      acceptsFailed: 0,
    })
  })

  test('closes without waiting for connections that were taken, which go on', async () => {
    const { listener, port, taken } = await listening()
    const peer = connect(port, '127.0.0.1')
    const { socket } = await taken()
    await listener.close()
    await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' })
    socket.end('still here')
    assert.equal(await everything(peer), 'still here')
  })

  test('may be closed twice, and where it never listened', async () => {
    const { listener, port } = await listening()
    await assert.rejects(listening({ port }), 'the other never listened; the end of the test closes it')
    await listener.close()
    await listener.close()
  })

  test('hangs up on a connection that the system had accepted before the end and hands over after it', async () => {
    const { listener, port, taken, takes } = await listening()
    connect(port, '127.0.0.1')
    const server = serverOf((await taken()).socket)
    await listener.close()
    const late = new Socket()
    server.emit('connection', late)
    assert.deepEqual([late.destroyed, takes(), listener.counters().connections], [true, 1, 1])
  })

  test('forgets a connection that is gone', async () => {
    const { listener, port, taken } = await listening()
    const peer = connect(port, '127.0.0.1')
    const { socket } = await taken()
    peer.destroy()
    await once(socket.resume(), 'close')
    socket.emit('close', false)
    assert.equal(listener.counters().connections, 0, 'it was counted off before')
  })

  test('waits with no packet for a longer one', async () => {
    const { port, taken } = await listening()
    connect(port, '127.0.0.1')
    assert.equal(Reflect.get(serverOf((await taken()).socket), 'noDelay'), true)
  })

  test('survives a connection that the system cannot hand over, and counts it', async () => {
    const { listener, port, taken } = await listening()
    connect(port, '127.0.0.1')
    const server = serverOf((await taken()).socket)
    server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
    assert.equal(listener.counters().acceptsFailed, 1)
    connect(port, '127.0.0.1')
    await taken()
  })

  test('has no certificates to read again where it is not secured', async () => {
    const { listener } = await listening()
    assert.deepEqual(listener.reload(), [])
  })
})
