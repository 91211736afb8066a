/** Whatever packets come over a real socket, in any order and pieces: core makes no mistake, and others are served. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { generate } from 'mqtt-packet'
import { within } from '../../test/support/deadline.js'
import { MqttGateway } from '../../test/support/mqtt/mqtt-gateway.js'
import { mutatedPacket } from '../../test/support/mqtt/mutated.js'
import { bytesOf, fromClient } from '../../test/support/mqtt/vectors.js'

const seconds = Number(process.env.FUZZ_SECONDS ?? 60) / 10
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

const golden = fc.constantFrom(...fromClient.map(({ hex }) => bytesOf(hex)))
const version = fc.constantFrom(4 as const, 5 as const)
const packets = fc.array(fc.oneof(golden, mutatedPacket), { maxLength: 12 })
const pieceBytes = fc.constantFrom(1, 7, 65_536)

/** Says it all as if from a client that was let in, and hears whatever comes until the connection ends. */
function told(port: number, bytes: Uint8Array, length: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve())
    socket.setNoDelay(true)
    socket.resume()
    for (let at = 0; at < bytes.length; at += length) socket.write(bytes.subarray(at, at + length))
    socket.end()
  })
}

suite('mqtt over a real socket', () => {
  test(`golden packets, mutated and in any order, end that connection at most (seed ${seed})`, async () => {
    const gateway = await MqttGateway.start()
    const bystander = await gateway.client('bystander')
    await bystander.subscribe('watched', { qos: 1 })
    const check = async (protocolVersion: 4 | 5, sent: readonly Uint8Array[], length: number) => {
      const hello = { cmd: 'connect', clientId: 'fuzzer', clean: true, keepalive: 60, protocolVersion } as const
      const bytes = Buffer.concat([generate(hello, { protocolVersion }), ...sent])
      await within('the end of a connection', told(gateway.port, bytes, length))
      assert.deepEqual(gateway.failures, [])
      gateway.publish('watched', 'still')
      assert.equal((await bystander.take()).payload.toString(), 'still')
    }
    await fc.assert(fc.asyncProperty(version, packets, pieceBytes, check), {
      seed,
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: seconds * 1_000,
      markInterruptAsFailure: false,
    })
    await gateway.stop()
  })
})
