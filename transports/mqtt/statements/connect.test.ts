import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { account } from '../../../test/support/mqtt/broker-access.js'
import { connectBytes, field, packet, properties, short } from '../../../test/support/mqtt/bytes.js'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import { codeOf, textOf } from '../../../test/support/mqtt/client.js'

/** Connect flags, by what they announce. */
const flag = { reserved: 1, clean: 2, will: 4, willQos1: 8, willQos3: 24, willRetain: 32, password: 64, userName: 128 }

/** Shows that none of these bytes, sent on a new connection each, makes a session: the connection ends. */
async function isRefused(it: Case, ...wrong: readonly Uint8Array[]): Promise<void> {
  for (const bytes of wrong) {
    const client = await it.dial()
    client.sendBytes(bytes)
    const answers = await client.closed()
    assert.ok(answers.every((answer) => answer.cmd === 'connack' && codeOf(answer) !== 0 && !answer.sessionPresent))
  }
}

const willFields = ({ version }: Case): Buffer => Buffer.concat([properties(version), field('will'), field('message')])

suite('MQTT statements: CONNECT', () => {
  const { both, only } = cases()

  both('any packet before CONNECT ends the connection', async (it) => {
    const publish = packet(0x30, field(it.topic('early')), properties(it.version))
    const subscribe = packet(0x82, short(1), properties(it.version), field('#'), [0])
    for (const bytes of [publish, subscribe, packet(0xc0)]) {
      const client = await it.dial()
      client.sendBytes(bytes)
      assert.deepEqual(await client.closed(), [])
    }
  })

  both('a second CONNECT ends the connection and is not answered with a CONNACK', async (it) => {
    const client = await it.connect('a')
    client.sendBytes(connectBytes(it.version))
    const answers = await client.closed()
    assert.ok(answers.every(({ cmd }) => cmd === 'disconnect'))
  })

  both('another protocol name ends the connection', async (it) => {
    await isRefused(it, connectBytes(it.version, { name: 'MQIS' }), connectBytes(it.version, { name: 'mqtt' }))
  })

  only(4, 'a protocol level that nobody knows is answered with 0x01', async (it) => {
    const client = await it.dial()
    client.sendBytes(connectBytes(4, { level: 2 }))
    assert.deepEqual(await client.bytesOf('connack'), Buffer.from([0x20, 2, 0, 1]))
    assert.deepEqual(await client.closed(), [])
  })

  only(5, 'a protocol level that nobody knows ends the connection', async (it) => {
    const client = await it.dial()
    client.sendBytes(connectBytes(5, { level: 6 }))
    const answer = await client.next('an answer')
    if (answer !== undefined) assert.ok(['20020001', '2003008400'].includes(answer.bytes.toString('hex')))
    assert.deepEqual(await client.closed(), [])
  })

  both('a reserved connect flag ends the connection', async (it) => {
    await isRefused(it, connectBytes(it.version, { flags: flag.clean | flag.reserved }))
  })

  both('a will that is announced and not there ends the connection', async (it) => {
    const flags = flag.clean | flag.will
    const onlyTopic = [field('odd'), properties(it.version), field('will')]
    await isRefused(it, connectBytes(it.version, { flags }), connectBytes(it.version, { flags, payload: onlyTopic }))
  })

  both('QoS or retain bits of a will that is not announced end the connection', async (it) => {
    const wrong = [flag.willQos1, flag.willRetain].map((bits) => connectBytes(it.version, { flags: flag.clean | bits }))
    await isRefused(it, ...wrong)
  })

  both('a will with QoS 3 ends the connection', async (it) => {
    const flags = flag.clean | flag.will | flag.willQos3
    await isRefused(it, connectBytes(it.version, { flags, payload: [field('odd'), willFields(it)] }))
  })

  both('a user name or password that is not announced ends the connection', async (it) => {
    const unannounced = connectBytes(it.version, { payload: [field('odd'), field(account.username)] })
    const twoFields = [field('odd'), field(account.username), field(account.password)]
    await isRefused(
      it,
      unannounced,
      connectBytes(it.version, { flags: flag.clean | flag.userName, payload: twoFields }),
    )
  })

  both('a user name or password that is announced and not there ends the connection', async (it) => {
    const withName = [field('odd'), field(account.username)]
    await isRefused(
      it,
      connectBytes(it.version, { flags: flag.clean | flag.userName }),
      connectBytes(it.version, { flags: flag.clean | flag.userName | flag.password, payload: withName }),
    )
  })

  only(4, 'a password without a user name ends the connection', async (it) => {
    await isRefused(
      it,
      connectBytes(4, { flags: flag.clean | flag.password, payload: [field('odd'), field('secret')] }),
    )
  })

  both('client id, will, user name and password are read in their order', async (it) => {
    const reader = await it.connect('reader')
    await reader.subscribe(it.topic('will'))
    const will = { topic: it.topic('will'), payload: Buffer.from('gone') }
    const client = await it.connect('a', { will, username: account.username, password: Buffer.from(account.password) })
    client.break()
    assert.equal(textOf(await reader.take()), 'gone')
  })

  both('a payload without a client id ends the connection', async (it) => {
    await isRefused(it, connectBytes(it.version, { payload: [] }))
  })

  both('a client id, will topic or user name that is not UTF-8 ends the connection', async (it) => {
    const bad = field([0x61, 0xc3, 0x28])
    const willTopic = [field('odd'), properties(it.version), bad, field('message')]
    await isRefused(
      it,
      connectBytes(it.version, { payload: [bad] }),
      connectBytes(it.version, { flags: flag.clean | flag.will, payload: willTopic }),
      connectBytes(it.version, { flags: flag.clean | flag.userName, payload: [field('odd'), bad] }),
    )
  })

  both('client ids of 1 to 23 letters and digits are taken', async (it) => {
    const letters = 'abcdefghijklmnopqrstuvwxyz'
    const all = `0123456789${letters}${letters.toUpperCase()}`
    for (const clientId of ['7', all.slice(0, 23), all.slice(23, 46), all.slice(-23)]) {
      const client = await it.dial()
      assert.equal(codeOf(await client.open({ clientId })), 0)
    }
  })

  both('an empty client id makes a session that no other client has', async (it) => {
    const clients = [await it.dial(), await it.dial()]
    for (const client of clients) assert.equal(codeOf(await client.open({ clientId: '' })), 0)
    for (const client of clients) await client.ping()
  })

  only(4, 'an empty client id for a session that is to be kept is answered with 0x02', async (it) => {
    const client = await it.dial()
    client.sendBytes(connectBytes(4, { flags: 0, payload: [field('')] }))
    assert.deepEqual(await client.bytesOf('connack'), Buffer.from([0x20, 2, 0, 2]))
    assert.deepEqual(await client.closed(), [])
  })

  only(5, 'an assigned client id is told, is unique and resumes its session', async (it) => {
    const { properties } = it.lasting()
    const clients = [await it.dial(), await it.dial()]
    const ids = new Set<string>()
    for (const client of clients) {
      const connack = await client.open({ clientId: '', ...(properties && { properties }) })
      ids.add(connack.properties?.assignedClientIdentifier ?? '')
      client.break()
    }
    assert.equal(ids.size, 2)
    for (const clientId of ids) {
      const client = await it.dial()
      assert.equal((await client.open({ clientId, clean: false })).sessionPresent, true)
    }
  })

  only(5, 'a client id longer than the server takes ends the connection', async (it) => {
    const client = await it.dial()
    client.sendBytes(connectBytes(5, { payload: [field('x'.repeat(60_000))] }))
    const answers = await client.closed()
    assert.ok(answers.every((answer) => answer.cmd === 'connack' && answer.reasonCode === 0x85))
  })

  only(4, 'a CONNECT that breaks its format ends the connection without an answer', async (it) => {
    const wrong = [{ flags: 3 }, { flags: flag.clean | flag.willRetain }, { payload: [] }, { flags: flag.userName }]
    for (const shape of wrong) {
      const client = await it.dial()
      client.sendBytes(connectBytes(4, shape))
      assert.deepEqual(await client.closed(), [])
    }
  })

  only(5, 'a CONNECT that breaks its format ends the connection', async (it) => {
    const twice = properties(5, [0x11, 0, 0, 0, 1], [0x11, 0, 0, 0, 1])
    const foreign = properties(5, [0x23, 0, 1])
    const wrong = [twice, foreign].map((each) => packet(0x10, field('MQTT'), [5, 2, 0, 0], each, field('odd')))
    await isRefused(it, ...wrong, connectBytes(5, { payload: [] }))
  })

  both('a wrong password ends the connection', async (it) => {
    const client = await it.dial()
    const connack = await client.open({ clientId: it.name, username: account.username, password: Buffer.from('guess') })
    assert.ok((it.version === 5 ? [0x86, 0x87] : [4, 5]).includes(codeOf(connack) ?? 0))
    assert.equal(connack.sessionPresent, false)
    assert.deepEqual(await client.closed(), [])
  })
})
