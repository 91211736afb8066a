import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { closeReasons } from '../../core/index.js'
import { clientFrame, RawWebSocket } from '../../test/support/raw-websocket.js'
import { flushOf, WebSocketGateway } from '../../test/support/websocket-gateway.js'
import { webSocketLimits } from './limits.js'

const ping = (nonce: number) => Buffer.from([0x1a, 4, 0x4a, 2, 0x08, nonce])
const acknowledge = (bytes: number) => Buffer.from([0x12, 4, 0x08, bytes, 0x10, 1])
const closeFrame = clientFrame(Buffer.from([0x03, 0xe8]), { opcode: 8 })
const nonces = Array.from({ length: 20 }, (_, index) => index + 1)

/** The same messages, in the two ways in which one read brings many. */
const shapes: readonly { what: string; bytes: Buffer }[] = [
  { what: 'one frame', bytes: clientFrame(Buffer.concat(nonces.map(ping))) },
  { what: 'many frames in one read', bytes: Buffer.concat(nonces.map((nonce) => clientFrame(ping(nonce)))) },
]

const gateways: WebSocketGateway[] = []

async function linked() {
  const gateway = await WebSocketGateway.start({ closeTimeoutMs: 50 })
  gateways.push(gateway)
  const client = await RawWebSocket.dial(gateway.port)
  return { gateway, client, owner: await gateway.link() }
}

const noncesOf = (messages: readonly object[]) => messages.map((message) => ('nonce' in message ? message.nonce : null))

/** Is at work for longer than one client may be in one go. */
function workHard(): void {
  const startMs = performance.now()
  while (performance.now() - startMs <= webSocketLimits.sliceMs);
}

suite('websocket link and messages that are much work', () => {
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  })

  for (const { what, bytes } of shapes) {
    test(`a client that sends seconds of work in ${what} does not hold up the loop`, async () => {
      const { client, owner } = await linked()
      let isInTask = false
      let timesAgain = 0
      owner.onReceived = () => {
        workHard()
        timesAgain += isInTask ? 1 : 0
        isInTask = true
        process.nextTick(() => {
          isInTask = false
        })
      }
      client.write(Buffer.concat([bytes, clientFrame(ping(99))]))
      await owner.until(() => owner.messages.length > nonces.length)
      assert.equal(timesAgain, 0, 'two long ones were handed over in one go')
      assert.deepEqual(noncesOf(owner.messages), [...nonces, 99])
    })

    test(`a pause holds back the rest of ${what}`, async () => {
      const { client, owner } = await linked()
      owner.onReceived = () => owner.link.pause()
      client.write(bytes)
      for (const count of nonces) {
        await owner.until(() => owner.messages.length >= count)
        await new Promise(setImmediate)
        assert.equal(owner.messages.length, count)
        owner.link.resume()
        assert.equal(owner.messages.length, count, 'a message came in the middle of a call')
      }
      assert.deepEqual(noncesOf(owner.messages), nonces)
    })

    for (const how of ['closes', 'ends', 'does both'] as const) {
      test(`who ${how} behind ${what} is gone once all of it was handed over`, async () => {
        const { client, owner } = await linked()
        owner.onReceived = workHard
        client.write(how === 'ends' ? bytes : Buffer.concat([bytes, closeFrame]))
        if (how !== 'closes') client.socket.end()
        assert.equal(await owner.end(), 'linkLost')
        assert.deepEqual(noncesOf(owner.messages), nonces)
      })
    }

    test(`who is gone and paused in the middle of ${what} is gone at once`, async () => {
      const { client, owner } = await linked()
      owner.onReceived = () => {
        workHard()
        if (owner.messages.length === 5) owner.link.pause()
      }
      client.write(Buffer.concat([bytes, closeFrame]))
      assert.equal(await owner.end(), 'linkLost')
      assert.deepEqual(noncesOf(owner.messages), nonces.slice(0, 5))
    })

    test(`nothing more of ${what} is handed over once the owner closes`, async () => {
      const { client, owner } = await linked()
      owner.onReceived = () => {
        workHard()
        if (owner.messages.length === 5) owner.link.close('forbidden')
      }
      client.write(bytes)
      assert.equal(await client.closeCode(), closeReasons.forbidden.code)
      client.write(closeFrame)
      assert.equal(await owner.end(), 'forbidden')
      assert.deepEqual(noncesOf(owner.messages), nonces.slice(0, 5))
    })

    test(`a close between two parts of ${what} drops the rest and is answered`, async () => {
      const { client, owner } = await linked()
      owner.onReceived = () => {
        workHard()
        if (owner.messages.length === 1) setImmediate(() => owner.link.close('draining'))
      }
      client.write(bytes)
      assert.equal(await client.closeCode(), closeReasons.draining.code)
      client.write(closeFrame)
      assert.equal(await owner.end(), 'draining')
      assert.ok(owner.messages.length < nonces.length)
    })
  }

  test('an acknowledgement in what waited opens the window; a second one in its frame is malformed still', async () => {
    const { client, owner } = await linked()
    owner.onReceived = workHard
    owner.link.send(flushOf([20]))
    const { payload } = await client.next()
    const read = payload.length
    client.write(clientFrame(Buffer.concat([ping(1), acknowledge(read), ping(2), acknowledge(read), ping(3)])))
    assert.equal(await client.closeCode(), closeReasons.malformedMessage.code)
    assert.deepEqual(
      owner.messages.map(({ kind }) => kind),
      ['ping', 'acknowledge', 'ping'],
    )
  })

  test('what is wrong in what waited ends the link behind what stood before it', async () => {
    const { client, owner } = await linked()
    owner.onReceived = workHard
    client.write(clientFrame(Buffer.concat([...nonces.map(ping), Buffer.alloc(3, 0xff)])))
    assert.equal(await client.closeCode(), closeReasons.malformedMessage.code)
    assert.deepEqual(noncesOf(owner.messages), nonces)
  })
})
