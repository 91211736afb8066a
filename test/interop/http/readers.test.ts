/** Event streams, read by other people's programs from the gateway as it was built. */
import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'mocha'
import type { Session } from '../../../sdk/index.js'
import { ServedGateway, streamPath } from '../../support/served-gateway.js'
import { Cable } from '../cable.js'
import type { OpenStream, Reader } from './readers.js'
import { readers } from './readers.js'

/** Every update of `count/…` is told, also to those who were away; `kept/…` outlives the process. */
const rules = [
  '{selector: "count/#", delivery: all, history: {count: 1000}}',
  '{selector: "kept/#", persist: true}',
].join(', ')
const settings = [`topics.rules=[${rules}]`, 'transports.sse.retryMs=100']

const numbers = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** What is published, and how it looks in an event. */
const values: readonly (readonly [name: string, published: unknown, type: string, told: unknown])[] = [
  ['document', { c: 21.5, 'ü\n': [null, '</script>'] }, 'json', { c: 21.5, 'ü\n': [null, '</script>'] }],
  [
    'text',
    'one\ntwo\r\nthree\rid: 4\n\u2028data: 😀 Grüße',
    'string',
    'one\ntwo\r\nthree\rid: 4\n\u2028data: 😀 Grüße',
  ],
  ['bytes', new Uint8Array([0, 10, 13, 255]), 'binary', { base64: 'AAoN/w==' }],
  ['small', -7n, 'int64', -7],
  ['big', 9_007_199_254_740_993n, 'int64', '9007199254740993'],
  ['fraction', 0.1, 'double', 0.1],
]

type ValueTypeName = 'json' | 'string' | 'binary' | 'int64' | 'double'
const isTypeName = (type: string): type is ValueTypeName =>
  ['json', 'string', 'binary', 'int64', 'double'].includes(type)

async function publishAll(session: Session, folder: string): Promise<void> {
  for (const [name, value, type] of values) {
    await session.publish(`${folder}/${name}`, value, isTypeName(type) ? { type } : {})
  }
}

const toldOf = (folder: string) => values.map(([name, , type, value]) => [`${folder}/${name}`, type, value])

suite('readers of event streams', function () {
  this.timeout(30_000)
  const streams: OpenStream[] = []
  const gateways: ServedGateway[] = []
  let lasting: ServedGateway

  before(async function () {
    lasting = await ServedGateway.start(this, { settings, isDurable: true })
  })
  after(() => lasting?.stop())
  afterEach(async () => {
    await Promise.all(streams.splice(0).map((stream) => stream.close()))
    await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  })

  /** Publishes numbers, each to a topic of its own under `folder` or all to one. */
  async function publish(session: Session, first: number, last: number, pathOf: (n: number) => string): Promise<void> {
    await Promise.all(numbers(first, last).map((number) => session.publish(pathOf(number), number)))
  }

  for (const [name, column] of Object.entries(readers)) {
    suite(name, () => {
      let reader: Reader

      before(function () {
        reader = column(this)
      })

      function open(url: string, lastEventId = '') {
        const stream = reader(url, lastEventId)
        streams.push(stream)
        return stream.hearing
      }

      test('is told what there is, then what changes, of every type, and what goes', async () => {
        const session = await lasting.session()
        await publishAll(session, 'before')
        const heard = open(lasting.streamUrl(['before/#', 'live/#']))
        await heard.event('synced')
        assert.deepEqual(heard.updates.sort(), toldOf('before').sort())
        assert.ok(heard.events.every(({ event, data }) => event === 'synced' || data.snapshot === true))
        const count = heard.events.length
        await publishAll(session, 'live')
        await session.remove('live/document')
        const { data } = await heard.event('remove')
        assert.equal(data.path, 'live/document')
        assert.deepEqual(heard.updates.slice(count - 1), toldOf('live'))
        assert.ok(heard.events.slice(count).every(({ id }) => id !== ''))
        await session.remove('#')
      })

      test('goes on behind its last event when the line is cut, without a gap or a repetition', async () => {
        const session = await lasting.session()
        const cable = await Cable.to(lasting.port)
        const path = `count/${name.length}`
        const heard = open(`http://127.0.0.1:${cable.port}${streamPath([path, 'gone/#'])}`)
        await session.publish('gone/1', 'there')
        await heard.event('synced')
        const all = publish(session, 1, 300, () => path)
        await heard.until('a hundred numbers', () => heard.numbers.length >= 100)
        cable.cut()
        await all
        await session.remove('gone/#')
        await publish(session, 301, 400, () => path)
        const later = open(lasting.streamUrl([path, 'gone/#']), heard.lastId)
        await later.event('synced')
        await publish(session, 401, 500, () => path)
        await later.until('the last number', () => later.numbers.includes(500))
        assert.deepEqual([...heard.numbers, ...later.numbers], numbers(1, 500))
        assert.deepEqual(new Set(later.names), new Set(['update', 'remove', 'synced']))
        assert.equal((await later.event('remove')).data.path, 'gone/1')
      })

      test('goes on behind its last event when the gateway was killed and has a folder, without a gap or a repetition', async () => {
        const topic = (number: number) => `kept/${name.length}/${number}`
        const selector = `kept/${name.length}/#`
        await publish(await lasting.session(), 1, 100, topic)
        const heard = open(lasting.streamUrl([selector]))
        await heard.event('synced')
        await publish(await lasting.session(), 101, 200, topic)
        await heard.until('what was published', () => heard.numbers.length === 200)
        // One that comes back by itself would be there again before the others.
        await Promise.all(streams.splice(0).map((stream) => stream.close()))
        await lasting.kill()
        await lasting.startAgain()
        await publish(await lasting.session(), 201, 300, topic)
        const later = open(lasting.streamUrl([selector]), heard.lastId)
        await later.event('synced')
        await publish(await lasting.session(), 301, 400, topic)
        await later.until('the last number', () => later.numbers.includes(400))
        assert.deepEqual(later.numbers, numbers(201, 400))
        assert.deepEqual(later.names, [...Array(100).fill('update'), 'synced', ...Array(100).fill('update')])
      })

      test('is told to begin anew when the gateway was killed and has none', async function () {
        const fleeting = await ServedGateway.start(this, { settings })
        gateways.push(fleeting)
        const heard = open(fleeting.streamUrl(['kept/#']))
        await heard.event('synced')
        await publish(await fleeting.session(), 1, 3, (number) => `kept/${number}`)
        await heard.until('three numbers', () => heard.numbers.length === 3)
        await Promise.all(streams.splice(0).map((stream) => stream.close()))
        await fleeting.kill()
        await fleeting.startAgain()
        await publish(await fleeting.session(), 7, 8, (number) => `kept/${number}`)
        const later = open(fleeting.streamUrl(['kept/#']), heard.lastId)
        await later.event('synced')
        assert.deepEqual(later.names, ['resync', 'update', 'update', 'synced'])
        const [resync] = later.events
        assert.deepEqual(resync?.data, { reason: 'epoch', selectors: ['kept/#'] })
        assert.deepEqual(later.numbers.sort(), [7, 8])
      })
    })
  }

  test('npm eventsource comes back by itself when the line breaks, without a gap or a repetition', async function () {
    const cable = await Cable.to(lasting.port)
    const stream = readers['npm eventsource']?.(this)(`http://127.0.0.1:${cable.port}${streamPath(['count/own'])}`, '')
    assert.ok(stream)
    streams.push(stream)
    const { hearing } = stream
    await hearing.event('synced')
    for (const [round, reached] of [100, 250, 400].entries()) {
      const published = publish(await lasting.session(), round * 150 + 1, round * 150 + 150, () => 'count/own')
      await hearing.until(`${reached} numbers`, () => hearing.numbers.length >= reached)
      cable.break()
      await published
      await hearing.event('synced', round + 2)
    }
    await hearing.until('the last number', () => hearing.numbers.includes(450))
    assert.deepEqual(hearing.numbers, numbers(1, 450))
    assert.deepEqual(new Set(hearing.names), new Set(['update', 'synced']))
    cable.cut()
  })
})
