/** What devices of MQTT 5.0 and programs with the SDK say to each other beside the value, and what the command line shows of devices. */
import assert from 'node:assert/strict'
import { setup, suite, teardown, test } from 'mocha'
import { builtCommand } from '../support/docs/workspace.js'
import { Meeting, say } from '../support/meeting.js'
import { needsPeer } from '../support/peers.js'
import { RivuletProcess, runRivulet } from '../support/rivulet-process.js'
import { told } from '../support/running-gateway.js'

suite('beside the value', () => {
  let meeting: Meeting

  setup(async () => {
    meeting = await Meeting.open([{ selector: 'plant/+/speed', type: 'double' }])
  })

  teardown(() => meeting.close())

  test('what a device sends with a message is attributes of the update [SEM 1.7]', async () => {
    const ear = await meeting.ear('plant/#')
    const device = await meeting.device(5)
    await say(device, 'plant/a', '{"c":21.5}', {
      contentType: 'application/json',
      responseTopic: 'answers/7',
      correlation: 'q1',
      userProperties: [
        ['unit', '°C'],
        ['tag', 'hot'],
        ['tag', 'wet'],
      ],
    })
    await say(device, 'plant/b', 'plain')
    await say(device, 'plant/end', '')
    const heard = (await ear.before('plant/end')).map(({ value, type, attributes }) => ({ value, type, attributes }))
    const attributes = {
      pairs: [
        ['unit', '°C'],
        ['tag', 'hot'],
        ['tag', 'wet'],
      ],
      contentType: 'application/json',
      isText: false,
      replyPath: 'answers/7',
      correlation: new Uint8Array(Buffer.from('q1')),
    }
    assert.deepEqual(heard, [
      { value: { c: 21.5 }, type: 'json', attributes },
      { value: 'plain', type: 'string', attributes: null },
    ])
  })

  test('attributes of the SDK are properties of the message to a device, also of one that is retained [SEM 1.7]', async () => {
    const session = await meeting.place.session()
    const correlation = new Uint8Array(Buffer.from('q1'))
    const pairs = [
      ['by', 'ann'],
      ['tag', 'a'],
      ['tag', 'b'],
    ] as const
    const attributes = { pairs, contentType: 'text/plain', replyPath: 'answers/7', correlation }
    const device = await meeting.device(5)
    await device.subscribe({ filter: 'to/a', qos: 1 })
    await session.publish('to/a', 'on', { attributes })
    const late = await meeting.device(5)
    await late.subscribe({ filter: 'to/a', qos: 1 })
    const properties = {
      userProperties: pairs,
      contentType: 'text/plain',
      responseTopic: 'answers/7',
      correlation: 'q1',
    }
    const message = { topic: 'to/a', payload: Buffer.from('on'), qos: 1, ...properties }
    assert.deepEqual(await device.received.one(), { ...message, retain: false })
    assert.deepEqual(await late.received.one(), { ...message, retain: true })
  })

  test('a program asks a device, and its answer finds the question', async () => {
    const [device, session] = [await meeting.device(5), await meeting.place.session()]
    await device.subscribe({ filter: 'plant/ask', qos: 1 })
    const answers = session.subscribe('answers/1', { delivery: 'all' })
    await answers.synced
    const answered = told(answers, () => true)
    const correlation = new Uint8Array(Buffer.from('7'))
    await session.publish('plant/ask', 'how warm?', { attributes: { replyPath: 'answers/1', correlation } })
    const { responseTopic = '', correlation: asked = '' } = await device.received.one()
    await say(device, responseTopic, '21.5', { correlation: asked })
    const { value, attributes } = await answered
    assert.deepEqual([value, attributes?.correlation], [21.5, correlation])
  })

  test('the content type of the first message binds those that follow, whoever publishes [SEM 4.4]', async () => {
    const [device, session] = [await meeting.device(5), await meeting.place.session()]
    assert.equal(await say(device, 'plant/a', '{"c":21.5}', { contentType: 'application/json; charset=utf-8' }), 0)
    assert.equal(await say(device, 'plant/a', 'N/A', { contentType: 'text/plain' }), 0x99)
    await assert.rejects(session.publish('plant/a', 'N/A', { type: 'string' }), { code: 'typeMismatch' })
    await session.publish('plant/a', { c: 22 })
    assert.deepEqual((await session.fetch('plant/a'))[0]?.value, { c: 22 })
  })

  test('a guessed type binds nobody [SEM 4.4]', async () => {
    const ear = await meeting.ear('plant/#')
    const device = await meeting.device(5)
    for (const payload of ['21.5', 'N/A', '{"c":1}']) await say(device, 'plant/a', payload)
    await say(device, 'plant/end', '')
    const heard = (await ear.before('plant/end')).map(({ value, type }) => [value, type])
    assert.deepEqual(heard, [
      [21.5, 'json'],
      ['N/A', 'string'],
      [{ c: 1 }, 'json'],
    ])
  })

  test('a type that a rule gives holds for devices, which are told what is none of it', async () => {
    const [device, session] = [await meeting.device(5), await meeting.place.session()]
    assert.equal(await say(device, 'plant/mill/speed', 'fast'), 0x99)
    assert.equal(await say(device, 'plant/mill/speed', '1500.0'), 0)
    const [speed] = await session.fetch('plant/mill/speed')
    assert.deepEqual([speed?.value, speed?.type], [1500, 'double'])
    const old = await meeting.device(4)
    assert.equal(await say(old, 'plant/mill/speed', 'faster'), 0)
    assert.equal((await session.fetch('plant/mill/speed'))[0]?.value, 1500)
  })

  test('what is left of a lifetime goes to the device', async () => {
    const [device, session] = [await meeting.device(5), await meeting.place.session()]
    await device.subscribe({ filter: 'to/a', qos: 1 })
    await session.publish('to/a', 'on', { lifetimeMs: 60_000 })
    const { messageExpiry = 0 } = await device.received.one()
    assert.ok(messageExpiry > 50 && messageExpiry <= 60, `${messageExpiry} s`)
  })

  test('an attribute too many is told to the device, and nobody else hears of it', async () => {
    const [device, session] = [await meeting.device(5), await meeting.place.session()]
    const long = [['note', 'x'.repeat(9_000)]] as const
    assert.ok((await say(device, 'plant/a', '1', { userProperties: long })) >= 0x80)
    assert.deepEqual(await session.fetch('plant/a'), [])
  })
})

suite('devices and the command line', function () {
  this.timeout(20_000)
  let meeting: Meeting

  setup(async function () {
    needsPeer(this, 'rivulet', 'is what is tested', builtCommand)
    meeting = await Meeting.open()
  })

  teardown(() => meeting?.close())

  test('rivulet subscribe shows what a device sends', async () => {
    const device = await meeting.device(5)
    await say(device, 'plant/a', '21.5', { retain: true })
    const subscriber = new RivuletProcess(['subscribe', '--json', '#', '--count', '4', '--url', meeting.place.url])
    await subscriber.line(/^\{/)
    await say(device, 'plant/b', 'N/A', { qos: 0 })
    await say(device, '/plant/c', Buffer.from([0, 255]), { qos: 2 })
    await say(device, 'plant/a', '', { retain: true })
    const { code, stdout } = await subscriber.end()
    const lines = stdout.trim().split('\n')
    const shown = lines.map((line) => JSON.parse(line, (key, value) => (key === 'version' ? undefined : value)))
    const removed = shown.find((line) => line.removed)
    assert.equal(code, 0)
    assert.deepEqual(
      shown.filter((line) => !line.removed),
      [
        { path: 'plant/a', type: 'json', value: 21.5, snapshot: true },
        { path: 'plant/b', type: 'string', value: 'N/A', snapshot: false },
        { path: '/plant/c', type: 'binary', value: { base64: 'AP8=' }, snapshot: false },
      ],
    )
    assert.equal(removed?.path, 'plant/a')
  })

  test('rivulet publish reaches a device', async () => {
    const device = await meeting.device(4)
    await device.subscribe({ filter: 'plant/+/set', qos: 1 })
    const { code } = await runRivulet(['publish', 'plant/mill/set', '{"speed": 3}', '--url', meeting.place.url])
    const { topic, payload, qos } = await device.received.one()
    assert.deepEqual([code, topic, payload.toString(), qos], [0, 'plant/mill/set', '{"speed": 3}', 1])
  })
})
