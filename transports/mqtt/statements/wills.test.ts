import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { field, packet, properties, short } from '../../../test/support/mqtt/bytes.js'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import type { ConnectOptions } from '../../../test/support/mqtt/client.js'
import { textOf } from '../../../test/support/mqtt/client.js'

type Will = NonNullable<ConnectOptions['will']>

const will = (it: Case, more: Partial<Will> = {}): ConnectOptions => ({
  will: { topic: it.topic('will'), payload: Buffer.from('gone'), qos: 1, retain: false, ...more },
})

/** Somebody who is told of the case's wills. */
async function watcher(it: Case) {
  const client = await it.connect('watcher')
  await client.subscribe(it.topic('will'), { qos: 1 })
  return client
}

suite('MQTT statements: wills', () => {
  const { both, only } = cases()

  both('a will is published when the connection ends without DISCONNECT', async (it) => {
    const watching = await watcher(it)
    const client = await it.connect('a', will(it))
    await it.isQuiet(watching)
    client.break()
    const publish = await watching.take()
    assert.deepEqual([publish.topic, textOf(publish), publish.qos], [it.topic('will'), 'gone', 1])
  })

  both('a will is published when the server ends the connection for a violation', async (it) => {
    const watching = await watcher(it)
    const client = await it.connect('a', will(it))
    client.sendBytes(packet(0x36, field('a'), short(1), properties(it.version)))
    await client.closed()
    assert.deepEqual(await watching.texts(1), ['gone'])
  })

  both('DISCONNECT discards the will', async (it) => {
    const watching = await watcher(it)
    await (await it.connect('a', will(it))).leave()
    await it.isQuiet(watching)
  })

  both('a client without a will publishes none', async (it) => {
    const watching = await it.connect('watcher')
    await watching.subscribe(it.topic('#'))
    ;(await it.connect('a')).break()
    const later = await it.connect('b', will(it))
    later.break()
    assert.equal((await watching.take()).topic, it.topic('will'))
  })

  both('a will is published once, though its session goes on', async (it) => {
    const watching = await watcher(it)
    const { client } = await it.resume('a', will(it))
    client.break()
    assert.deepEqual(await watching.texts(1), ['gone'])
    const again = await it.resume('a')
    again.client.break()
    await it.resume('a')
    await it.isQuiet(watching)
  })

  both('a will without the retain bit is not retained', async (it) => {
    const watching = await watcher(it)
    ;(await it.connect('a', will(it))).break()
    assert.equal((await watching.take()).retain, false)
    const later = await it.connect('b')
    await later.subscribe(it.topic('will'))
    await it.isQuiet(later)
  })

  both('a will with the retain bit is retained', async (it) => {
    const watching = await watcher(it)
    ;(await it.connect('a', will(it, { retain: true }))).break()
    assert.equal((await watching.take()).retain, false)
    const later = await it.connect('b')
    await later.subscribe(it.topic('will'))
    const publish = await later.take()
    assert.deepEqual([textOf(publish), publish.retain], ['gone', true])
  })

  only(5, 'a will waits for its delay, or for the end of its session', async (it) => {
    const watching = await watcher(it)
    const delayed = (willDelayInterval: number, text: string) =>
      will(it, { payload: Buffer.from(text), properties: { willDelayInterval } })
    const waits = await it.connect('a', { ...delayed(1, 'delay over'), ...it.lasting() })
    const ends = await it.connect('b', delayed(600, 'session over'))
    waits.break()
    await it.isQuiet(watching)
    ends.break()
    assert.deepEqual(await watching.texts(1), ['session over'])
    await it.broker.pass(1_500)
    assert.deepEqual(await watching.texts(1), ['delay over'])
  })

  only(5, 'a will is not published when its client is back before its delay is over', async (it) => {
    const watching = await watcher(it)
    const { client } = await it.resume('a', will(it, { properties: { willDelayInterval: 1 } }))
    client.break()
    await it.resume('a')
    await it.broker.pass(2_500)
    await it.isQuiet(watching)
  })

  only(5, 'DISCONNECT with 0x04 publishes the will', async (it) => {
    const watching = await watcher(it)
    const client = await it.connect('a', will(it))
    client.send({ cmd: 'disconnect', reasonCode: 4 })
    assert.deepEqual(await watching.texts(1), ['gone'])
    assert.deepEqual(await client.closed(), [])
  })

  only(5, 'the user properties of a will keep their order', async (it) => {
    const watching = await watcher(it)
    const pairs = ['b', 'a', 'b', 'c'].map((name, index) =>
      Buffer.concat([Buffer.from([0x26]), field(name), field(`${index}`)]),
    )
    const client = await it.dial()
    const payload = [field(`${it.name}a`), properties(5, ...pairs), field(it.topic('will')), field('gone')]
    client.sendBytes(packet(0x10, field('MQTT'), [5, 6, 0, 60], properties(5), ...payload))
    await client.expect('connack')
    client.break()
    assert.ok((await watching.bytesOf('publish')).includes(Buffer.concat(pairs)))
  })
})
