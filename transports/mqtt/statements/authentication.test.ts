import assert from 'node:assert/strict'
import { suite } from 'mocha'
import type { IAuthPacket } from 'mqtt-packet'
import { challenge } from '../../../test/support/mqtt/broker-access.js'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import type { Client } from '../../../test/support/mqtt/client.js'
import { codeOf } from '../../../test/support/mqtt/client.js'

/** Sends a CONNECT that names an authentication method. */
async function begin(it: Case, authenticationMethod: string, maximumPacketSize?: number): Promise<Client> {
  const client = await it.dial()
  const properties = { authenticationMethod, ...(maximumPacketSize === undefined ? {} : { maximumPacketSize }) }
  client.send({ cmd: 'connect', protocolVersion: 5, clientId: it.name, clean: true, keepalive: 60, properties })
  return client
}

const auth = (reasonCode: number, data: string, authenticationMethod: string = challenge.method): IAuthPacket => ({
  cmd: 'auth',
  reasonCode,
  properties: { authenticationMethod, authenticationData: Buffer.from(data) },
})

/** The server's question, which names the method. */
async function isAsked(client: Client): Promise<void> {
  const { reasonCode, properties } = await client.expect('auth')
  assert.deepEqual([reasonCode, properties?.authenticationMethod], [0x18, challenge.method])
  assert.equal(properties?.reasonString, undefined)
}

/** A client that has answered the server's question. */
async function authenticated(it: Case): Promise<Client> {
  const client = await begin(it, challenge.method)
  await isAsked(client)
  client.send(auth(0x18, challenge.answer))
  const connack = await client.expect('connack')
  assert.deepEqual([codeOf(connack), connack.properties?.authenticationMethod], [0, challenge.method])
  return client
}

suite('MQTT statements: enhanced authentication', () => {
  const { only } = cases()

  only(5, 'a method that the server does not know ends the connection', async (it) => {
    const client = await begin(it, 'never heard of')
    const answers = await client.closed()
    assert.ok(answers.every((answer) => answer.cmd === 'connack' && [0x8c, 0x87].includes(answer.reasonCode ?? 0)))
  })

  only(5, 'the server asks with AUTH 0x18, and each AUTH and the CONNACK name the method', async (it) => {
    await (await authenticated(it)).ping()
  })

  only(5, 'an AUTH of the client that does not say 0x18 ends the connection', async (it) => {
    const client = await begin(it, challenge.method)
    await isAsked(client)
    client.send(auth(0x19, challenge.answer))
    const answers = await client.closed()
    assert.ok(answers.every((answer) => answer.cmd === 'connack' && (answer.reasonCode ?? 0) >= 0x80))
  })

  only(5, 'a wrong answer ends the connection', async (it) => {
    const client = await begin(it, challenge.method)
    await isAsked(client)
    client.send(auth(0x18, 'wrong'))
    const answers = await client.closed()
    assert.ok(answers.every((answer) => answer.cmd === 'connack' && [0x86, 0x87].includes(answer.reasonCode ?? 0)))
  })

  only(5, 'anything but AUTH and DISCONNECT before the CONNACK ends the connection', async (it) => {
    const client = await begin(it, challenge.method)
    client.send({ cmd: 'pingreq' })
    const answers = await client.closed()
    assert.ok(answers.every(({ cmd }) => cmd === 'auth' || cmd === 'connack'))
    assert.ok(answers.every((answer) => answer.cmd !== 'connack' || (answer.reasonCode ?? 0) >= 0x80))
  })

  only(5, 'AUTH is not longer than the client takes', async (it) => {
    const client = await begin(it, challenge.method, 60)
    assert.ok((await client.bytesOf('auth')).length <= 60)
  })

  only(5, 'a client that names no method is asked nothing', async (it) => {
    const client = await it.dial()
    const { properties } = await client.open({ clientId: it.name })
    assert.deepEqual([properties?.authenticationMethod, properties?.authenticationData], [undefined, undefined])
    await client.ping()
  })

  only(5, 'AUTH of a client that named no method ends the connection', async (it) => {
    const client = await it.connect('a')
    client.send(auth(0x19, challenge.answer))
    assert.equal((await client.expect('disconnect')).reasonCode, 0x82)
    assert.deepEqual(await client.closed(), [])
  })

  only(5, 'a client authenticates again with the method of its CONNECT, and with no other', async (it) => {
    const client = await authenticated(it)
    client.send(auth(0x19, 'again'))
    await isAsked(client)
    client.send(auth(0x18, challenge.answer))
    const { reasonCode, properties } = await client.expect('auth')
    assert.deepEqual([reasonCode, properties?.authenticationMethod], [0, challenge.method])
    await client.ping()
    client.send(auth(0x19, 'again', 'another method'))
    assert.equal((await client.expect('disconnect')).reasonCode, 0x82)
    assert.deepEqual(await client.closed(), [])
  })

  only(5, 'authentication again that fails ends the connection', async (it) => {
    const client = await authenticated(it)
    client.send(auth(0x19, 'again'))
    await isAsked(client)
    client.send(auth(0x18, 'wrong'))
    assert.equal((await client.expect('disconnect')).reasonCode, 0x87)
    assert.deepEqual(await client.closed(), [])
  })
})
