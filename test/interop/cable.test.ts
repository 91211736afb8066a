import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { suite, test } from 'mocha'
import { Cable } from './cable.js'
import { portOf } from './ports.js'

suite('a cable', () => {
  test('ends when both ends hang up, though one still speaks after the other hung up', async () => {
    const broker = createServer((socket) => socket.end('bye'))
    broker.listen(0, '127.0.0.1')
    await once(broker, 'listening')
    const cable = await Cable.to(portOf(broker))
    const client = connect({ port: cable.port, host: '127.0.0.1', allowHalfOpen: true })
    const heard: Buffer[] = []
    client.on('data', (bytes: Buffer) => heard.push(bytes))
    await once(client, 'end')
    await once(broker.close(), 'close')
    client.end('a goodbye of TLS, say')
    await cable.end()
    assert.equal(Buffer.concat(heard).toString(), 'bye')
  })
})
