import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite } from 'mocha'
import WebSocket from 'ws'
import { connectBytes, packet } from '../../../test/support/mqtt/bytes.js'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'

/** An open WebSocket that offers these subprotocols, and the bytes that come over it. */
async function dial(it: Case, ...protocols: string[]) {
  const socket = new WebSocket(`ws://127.0.0.1:${it.broker.webSocketPort}/mqtt`, protocols)
  const chunks: Buffer[] = []
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    assert.ok(isBinary)
    chunks.push(data)
  })
  await once(socket, 'open')
  const bytes = async (count: number) => {
    while (Buffer.concat(chunks).length < count) await once(socket, 'message')
    return Buffer.concat(chunks)
  }
  return { socket, bytes }
}

suite('MQTT statements: WebSocket', () => {
  const { both } = cases()

  both('the subprotocol mqtt is selected from those that a client offers', async (it) => {
    const { socket } = await dial(it, 'chat', 'mqtt')
    assert.equal(socket.protocol, 'mqtt')
    socket.terminate()
  })

  both('packets may begin and end anywhere in binary frames', async (it) => {
    const { socket, bytes } = await dial(it, 'mqtt')
    const sent = Buffer.concat([connectBytes(it.version), packet(0xc0), packet(0xc0)])
    socket.send(sent.subarray(0, 1))
    socket.send(sent.subarray(1, 9))
    socket.send(sent.subarray(9, -1))
    socket.send(sent.subarray(-1))
    const head = await bytes(2)
    const answer = await bytes(2 + (head[1] ?? 0) + 4)
    assert.deepEqual([answer[0], answer.subarray(-4).toString('hex')], [0x20, 'd000d000'])
    socket.terminate()
  })

  both('a text frame ends the connection', async (it) => {
    const { socket } = await dial(it, 'mqtt')
    socket.send(connectBytes(it.version).toString('latin1'))
    await once(socket, 'close')
  })
})
