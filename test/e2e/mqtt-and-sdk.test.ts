/** Devices that speak MQTT and programs with the SDK, on the same topics: what one says is what the other hears. */
import assert from 'node:assert/strict'
import { setup, suite, teardown, test } from 'mocha'
import type { Level } from '../interop/peer.js'
import { Meeting, say } from '../support/meeting.js'
import type { Place } from '../support/running-gateway.js'
import { told } from '../support/running-gateway.js'

const levels = [4, 5] as const
const nameOf = (level: Level): string => (level === 4 ? 'MQTT 3.1.1' : 'MQTT 5.0')

suite('devices and the SDK', () => {
  let meeting: Meeting
  let place: Place

  setup(async () => {
    meeting = await Meeting.open([{ selector: 'commands/#', keep: false }])
    place = meeting.place
  })

  teardown(() => meeting.close())

  for (const level of levels) {
    const name = nameOf(level)

    test(`what a device of ${name} publishes has the type that its bytes look like, retained or not [SEM 4.4]`, async () => {
      const said: readonly (readonly [string | Buffer, unknown, string])[] = [
        ['21.5', 21.5, 'json'],
        ['{"c":21.5}', { c: 21.5 }, 'json'],
        ['true', true, 'json'],
        ['N/A', 'N/A', 'string'],
        ['', '', 'string'],
        ['Grüße', 'Grüße', 'string'],
        [Buffer.from([0, 255, 128]), new Uint8Array([0, 255, 128]), 'binary'],
      ]
      const ear = await meeting.ear('plant/#')
      const device = await meeting.device(level)
      for (const [index, [payload]] of said.entries()) {
        await say(device, `plant/${index}`, payload, { qos: 0 })
        if (payload !== '') await say(device, `plant/${index}`, payload, { qos: 2, retain: true })
      }
      await say(device, 'plant/end', '')
      const expected = said.flatMap(([payload, value, type], index) => {
        const update = [`plant/${index}`, value, type, false]
        return payload === '' ? [update] : [update, update]
      })
      const heard = (await ear.before('plant/end')).map(({ path, value, type, snapshot }) => [
        path,
        value,
        type,
        snapshot,
      ])
      assert.deepEqual(heard, expected)
    })

    test(`a program that comes late is told what a device of ${name} said last, retained or not [SEM 4.5]`, async () => {
      const device = await meeting.device(level)
      await say(device, 'plant/a', '1', { retain: true })
      await say(device, 'plant/a', '2', { retain: false })
      await say(device, 'plant/b', 'on', { retain: false })
      const late = await place.session()
      const subscription = late.subscribe('plant/+')
      const heard: unknown[] = []
      subscription.on('update', ({ path, value, snapshot }) => heard.push([path, value, snapshot]))
      await subscription.synced
      assert.deepEqual(heard.sort(), [
        ['plant/a', 2, true],
        ['plant/b', 'on', true],
      ])
      assert.deepEqual(await meeting.retained(level, 'plant/#'), [['plant/a', '1']])
    })

    test(`what the SDK publishes comes to a device of ${name} with the QoS that it was granted [SEM 4.7]`, async () => {
      const device = await meeting.device(level)
      const session = await place.session()
      for (const qos of [0, 1, 2] as const) await device.subscribe({ filter: `to/${qos}/#`, qos })
      const values = [21.5, { set: 3 }, 'on', new Uint8Array([0, 255])] as const
      for (const qos of [0, 1, 2])
        for (const [index, value] of values.entries()) await session.publish(`to/${qos}/${index}`, value)
      const messages = await device.received.first(12)
      const payloads = ['21.5', '{"set":3}', 'on', Buffer.from([0, 255])].map((payload) => Buffer.from(payload))
      const expected = [0, 1, 2].flatMap((qos) =>
        payloads.map((payload, index) => [`to/${qos}/${index}`, payload, qos, false]),
      )
      const topicsInOrder = messages.map(({ topic, payload, qos, retain }) => [topic, payload, qos, retain])
      assert.deepEqual(topicsInOrder, expected)
    })

    test(`what the SDK publishes is retained for a device of ${name} where the topic keeps it, unless it says otherwise [SEM 4.7]`, async () => {
      const session = await place.session()
      await session.publish('to/kept', 1)
      await session.publish('to/later', 'first')
      await session.publish('to/later', 'second', { retain: false })
      await session.publish('to/event', 'x', { retain: false })
      await session.publish('commands/stop', 'now')
      assert.deepEqual(await meeting.retained(level, 'to/#'), [
        ['to/kept', '1'],
        ['to/later', 'first'],
      ])
      assert.deepEqual(await meeting.retained(level, 'commands/#'), [])
      const now = (await session.fetch('to/#')).map(({ path, value }) => [path, value])
      assert.deepEqual(now.sort(), [
        ['to/event', 'x'],
        ['to/kept', 1],
        ['to/later', 'second'],
      ])
    })

    test(`a device of ${name} that clears what it retained removes the topic [SEM 4.5]`, async () => {
      const ear = await meeting.ear('plant/#')
      const [device, other] = [await meeting.device(level), await meeting.device(level)]
      await other.subscribe({ filter: 'plant/#', qos: 1 })
      await say(device, 'plant/a', 'on', { retain: true })
      await say(device, 'plant/a', '', { retain: true })
      await say(device, 'plant/end', '')
      const heard = (await ear.before('plant/end')).map(({ bytes, removed }) => [bytes.length, removed])
      assert.deepEqual(heard, [
        [2, false],
        [0, false],
        [0, true],
      ])
      const messages = (await other.received.first(2))
        .slice(0, 2)
        .map(({ topic, payload }) => [topic, payload.toString()])
      assert.deepEqual(messages, [
        ['plant/a', 'on'],
        ['plant/a', ''],
      ])
      assert.deepEqual(await (await place.session()).fetch('plant/a'), [])
    })

    test(`a topic that the SDK removes is an empty message to a device of ${name}, and retained no longer [SEM 4.6]`, async () => {
      const [device, session] = [await meeting.device(level), await place.session()]
      await device.subscribe({ filter: 'to/#', qos: 1 })
      await session.publish('to/a', 'on')
      await session.remove('to/a')
      const [, gone] = await device.received.first(2)
      assert.deepEqual([gone?.topic, gone?.payload.length], ['to/a', 0])
      assert.deepEqual(gone?.userProperties, level === 5 ? [['removed', 'true']] : undefined)
      assert.deepEqual(await meeting.retained(level, 'to/#'), [])
    })

    test(`a leading slash is an empty first level, for a device of ${name} and the SDK alike`, async () => {
      const ear = await meeting.ear('/plant/+')
      const [device, session] = [await meeting.device(level), await place.session()]
      await device.subscribe({ filter: '/to/+', qos: 1 })
      await say(device, 'plant/a', 'not this')
      await say(device, '/plant/a', 'this')
      await session.publish('to/a', 'not this')
      await session.publish('/to/a', 'this')
      await say(device, '/plant/end', '')
      const heard = (await ear.before('/plant/end')).map(({ path, value }) => [path, value])
      assert.deepEqual(heard, [['/plant/a', 'this']])
      const message = await device.received.one()
      assert.deepEqual([message.topic, message.payload.toString()], ['/to/a', 'this'])
    })

    test(`neither a device of ${name} nor a program may write below $SYS [SEM 5.2]`, async () => {
      const [device, session] = [await meeting.device(level), await place.session()]
      const code = await say(device, '$SYS/x', 'mine')
      assert.equal(code, level === 5 ? 0x87 : 0)
      await assert.rejects(session.publish('$SYS/x', 'mine'), { code: 'forbidden' })
      assert.deepEqual(await session.fetch('$SYS/x'), [])
    })

    test(`the will of a device of ${name} whose connection breaks is told to programs`, async () => {
      const will = { topic: 'plant/status', payload: 'offline', qos: 1 } as const
      const device = await meeting.device(level, { will })
      const gone = told((await place.session()).subscribe('plant/status'), () => true)
      await device.kill()
      assert.equal((await gone).value, 'offline')
    })

    test(`what the SDK says to a device of ${name} that is away waits for it`, async () => {
      const away = { clientId: 'away', clean: false }
      const device = await meeting.device(level, away)
      await device.subscribe({ filter: 'commands/#', qos: 1 })
      await device.kill()
      const session = await place.session()
      await session.publish('commands/set', 1)
      await session.publish('commands/set', 2)
      const back = await meeting.device(level, away)
      const messages = await back.received.first(2)
      assert.deepEqual(
        messages.map(({ payload, retain }) => [payload.toString(), retain]),
        [
          ['1', false],
          ['2', false],
        ],
      )
    })
  }
})
