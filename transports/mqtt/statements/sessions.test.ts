import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { account } from '../../../test/support/mqtt/broker-access.js'
import { connectBytes, field, packet, properties } from '../../../test/support/mqtt/bytes.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import { codeOf, textOf } from '../../../test/support/mqtt/client.js'

suite('MQTT statements: sessions', () => {
  const { both, only } = cases()

  both('a good CONNECT is answered with CONNACK 0 before anything else', async (it) => {
    const client = await it.dial()
    client.sendBytes(connectBytes(it.version), packet(0xc0))
    const connack = await client.expect('connack')
    assert.deepEqual([codeOf(connack), connack.sessionPresent], [0, false])
    await client.expect('pingresp')
  })

  both('a session that is kept is resumed with its subscriptions', async (it) => {
    const { client } = await it.resume('a')
    await client.subscribe(it.topic('a'), { qos: 1 })
    client.break()
    const again = await it.resume('a')
    assert.equal(again.wasThere, true)
    await (await it.connect('b')).publish(it.topic('a'), 'news', { qos: 1 })
    assert.deepEqual(await again.client.texts(1), ['news'])
  })

  both('where there is no session to resume one begins', async (it) => {
    const { client, wasThere } = await it.resume('a')
    assert.equal(wasThere, false)
    await client.leave()
    assert.equal((await it.resume('a')).wasThere, true)
  })

  both('QoS 1 and 2 messages wait for a session whose client is away', async (it) => {
    const { client } = await it.resume('a')
    await client.subscribe(it.topic('#'), { qos: 2 })
    await client.leave()
    const publisher = await it.connect('b')
    await publisher.publish(it.topic('a'), 'one', { qos: 1 })
    await publisher.publish(it.topic('a'), 'two', { qos: 2 })
    const again = await it.resume('a')
    const taken = [await again.client.take(), await again.client.take()]
    assert.deepEqual(
      taken.map((publish) => [textOf(publish), publish.qos]),
      [
        ['one', 1],
        ['two', 2],
      ],
    )
  })

  both('a clean start forgets the session and its subscriptions', async (it) => {
    const { client } = await it.resume('a')
    await client.subscribe(it.topic('a'), { qos: 1 })
    await client.leave()
    const clean = await it.dial()
    const connack = await clean.open({ clientId: `${it.name}a`, clean: true })
    assert.deepEqual([codeOf(connack), connack.sessionPresent], [0, false])
    await (await it.connect('b')).publish(it.topic('a'), 'old', { qos: 1 })
    await it.isQuiet(clean)
    await clean.leave()
    assert.equal((await it.resume('a')).wasThere, false)
  })

  both('each client id has a session of its own', async (it) => {
    const { client } = await it.resume('a')
    await client.subscribe(it.topic('a'), { qos: 1 })
    const other = await it.resume('b')
    assert.equal(other.wasThere, false)
    await other.client.publish(it.topic('a'), 'for a', { qos: 1 })
    assert.deepEqual(await client.texts(1), ['for a'])
    await it.isQuiet(other.client)
  })

  both('a retained message outlives the session that published it', async (it) => {
    const publisher = await it.connect('a')
    await publisher.publish(it.topic('a'), 'stays', { qos: 1, retain: true })
    await publisher.leave()
    const reader = await it.connect('b')
    await reader.subscribe(it.topic('a'))
    assert.deepEqual(await reader.texts(1), ['stays'])
  })

  both('a session lasts as long as its connection', async (it) => {
    const client = await it.connect('a', it.version === 5 ? { properties: { sessionExpiryInterval: 0 } } : {})
    await client.subscribe(it.topic('a'), { qos: 1 })
    await it.broker.pass(1_500)
    await (await it.connect('b')).publish(it.topic('a'), 'still here', { qos: 1 })
    assert.deepEqual(await client.texts(1), ['still here'])
  })

  only(5, 'a session lasts for its expiry interval and no longer', async (it) => {
    const present = async (sessionExpiryInterval: number) => {
      const { client, wasThere } = await it.resume('a', { properties: { sessionExpiryInterval } })
      await client.leave()
      return wasThere
    }
    assert.deepEqual([await present(600), await present(600), await present(1)], [false, true, true])
    await it.broker.pass(2_500)
    assert.deepEqual([await present(0), await present(0)], [false, false])
  })

  both('a client id that connects again ends its earlier connection', async (it) => {
    const first = await it.connect('a')
    const second = await it.connect('a')
    const answers = await first.closed()
    assert.deepEqual(
      answers.map((answer) => answer.cmd === 'disconnect' && answer.reasonCode),
      it.version === 5 ? [0x8e] : [],
    )
    await second.ping()
  })

  both('a CONNACK that refuses says that no session is there, and ends the connection', async (it) => {
    const { client } = await it.resume('a')
    await client.leave()
    const refused = await it.dial()
    const guess = { username: account.username, password: Buffer.from('guess') }
    const connack = await refused.open({ clientId: `${it.name}a`, clean: false, ...it.lasting(), ...guess })
    assert.ok((it.version === 5 ? [0x86, 0x87] : [4, 5]).includes(codeOf(connack) ?? 0))
    assert.equal(connack.sessionPresent, false)
    assert.deepEqual(await refused.closed(), [])
  })

  both('what follows a refused CONNECT is not processed', async (it) => {
    const reader = await it.connect('a')
    await reader.subscribe(it.topic('#'))
    const refused = await it.dial()
    const flags = 0xc2
    const payload = [field(`${it.name}b`), field(account.username), field('guess')]
    const publish = packet(0x30, field(it.topic('late')), properties(it.version), Buffer.from('late'))
    refused.sendBytes(connectBytes(it.version, { flags, payload }), publish)
    await refused.closed()
    await (await it.connect('c')).publish(it.topic('end'), 'end')
    assert.deepEqual(await reader.texts(1), ['end'])
  })

  only(5, 'the reserved bits of the connect acknowledge flags are zero', async (it) => {
    for (const expected of [0, 1]) {
      const client = await it.dial()
      client.send({ cmd: 'connect', protocolVersion: 5, clientId: it.name, clean: false, ...it.lasting() })
      assert.equal((await client.bytesOf('connack'))[2], expected)
      await client.leave()
    }
  })

  only(5, 'a client that is refused gets no DISCONNECT', async (it) => {
    const client = await it.dial()
    await client.open({ clientId: it.name, username: account.username, password: Buffer.from('guess') })
    assert.deepEqual(await client.closed(), [])
    const strange = await it.dial()
    strange.sendBytes(packet(0xc0))
    assert.deepEqual(await strange.closed(), [])
  })
})
