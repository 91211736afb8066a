import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite } from 'mocha'
import { formatPosition, parsePosition } from '../../codecs/position/index.js'
import { fuzz } from '../../test/support/fuzz.js'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { publication } from '../../test/support/memory-peer.js'
import { principal } from '../../test/support/scripted-access.js'
import { selectorNoise } from '../../test/support/selectors.js'
import { SimulatedStream } from '../../test/support/sse/simulated-stream.js'
import { sseLimits } from './limits.js'
import type { StreamRequest } from './stream-request.js'
import { readStreamRequest } from './stream-request.js'
import { positionWanted, subscriptionsOf } from './wishes.js'

const { selectorsMax } = sseLimits
const codes = ['invalidParameter', 'invalidEncoding', 'tooManySelectors']

const names = fc.constantFrom(
  ...['topic', 'topic', 'topic', 'topic', 'rate', 'snapshot', 'delivery', 'priority', 'delta', 'attributes', 'exact'],
  ...['token', 'lastEventId', 'topics', '__proto__', 'toString', '', 'topic%20', '%74opic', '%', '%ff'],
)
const values = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    '2/s',
    '1/500ms',
    '0/s',
    'latest',
    'all',
    'some',
    '0',
    '3',
    '4',
    'json-patch',
    'none',
  ),
  fc.constantFrom(
    'a/%23',
    '%23',
    '+',
    '{a,b}/%2B',
    'a/',
    '',
    '=',
    'a=b',
    '%',
    '%2',
    '%zz',
    '%00',
    '%ed%a0%80',
    '%f0%9f%8c%8a',
  ),
  selectorNoise.map((selector) => encodeURIComponent(selector.replaceAll('\ud83d', ''))),
  fc.string({ maxLength: 20 }),
)
const parameter = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(names, values).map(([name, value]) => `${name}=${value}`) },
  { weight: 1, arbitrary: fc.oneof(names, fc.string({ unit: 'binary', maxLength: 9 })) },
)
const query = fc.oneof(
  { weight: 9, arbitrary: fc.array(parameter, { maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.nat(99).map((n) => `topic=${n}`),
      { minLength: 60, maxLength: 70, size: 'max' },
    ),
  },
)
const url = fc
  .tuple(fc.constantFrom('/sse?', '/sse?', '/sse?', '/sse', '?', ''), query)
  .map(([path, parameters]) => path + parameters.join('&'))

const { clock, gateway, failures } = memoryGateway()
const anyNumber = fc.oneof(fc.nat(40), fc.maxSafeNat())
const epoch = fc.oneof(
  { weight: 4, arbitrary: fc.constant(gateway.epoch) },
  { weight: 1, arbitrary: fc.stringMatching(/^[0-9a-f]{16}$/) },
)
const held = fc.array(fc.record({ topicId: anyNumber, offset: anyNumber }), { maxLength: 16, size: 'max' })
/** Well made, but by whoever wanted to see what comes of it. */
const position = fc.record({ epoch, offset: anyNumber, held }).map(formatPosition)
const cutOrEdited = fc
  .tuple(position, fc.nat(400), fc.constantFrom('', 'A', '_', '=', '\n'))
  .map(([text, at, by]) => text.slice(0, at) + by + text.slice(at + 1))
const lastEventId = fc.oneof(position, cutOrEdited, fc.string({ unit: 'binary', maxLength: 30 }), fc.constant(''))

function checkParts(wanted: StreamRequest): void {
  const { selectors, intervalMs, delivery, priority } = wanted
  assert.ok(selectors.length >= 1 && selectors.length <= selectorsMax)
  assert.equal(new Set(selectors).size, selectors.length)
  assert.ok(Number.isSafeInteger(intervalMs) && intervalMs >= 0 && intervalMs < 2 ** 31)
  assert.ok([null, 'latest', 'all'].includes(delivery) && [null, 0, 1, 2, 3].includes(priority))
  assert.notEqual(wanted.lastEventId, '')
  const since = positionWanted(wanted)
  assert.equal(since === null, wanted.lastEventId === null)
  assert.ok((since?.held.length ?? 0) <= 16)
  assert.deepEqual(
    subscriptionsOf(wanted).map(({ request, selector }) => [request, selector]),
    selectors.map((selector, index) => [index + 1, selector]),
  )
}

/** What a stream tells of a request that could be read. */
function checkStream(wanted: StreamRequest): void {
  const stream = new SimulatedStream(gateway, wanted)
  clock.advance(5)
  assert.deepEqual(failures, [])
  assert.equal(gateway.statistics().failures, 0)
  const { events, problems } = stream
  if (problems.length > 0) assert.deepEqual([problems.length, events.length], [1, 0])
  else if (wanted.intervalMs === 0) assert.equal(events.filter(({ event }) => event === 'synced').length, 1)
  const isResumed = wanted.lastEventId !== null && parsePosition(wanted.lastEventId)?.epoch === gateway.epoch
  if (problems.length === 0 && wanted.lastEventId !== null && !isResumed) assert.equal(events[0]?.event, 'resync')
  for (const { id, data } of events) {
    assert.ok(id === undefined || id === wanted.lastEventId || parsePosition(id) !== null)
    JSON.parse(data)
  }
  stream.cut()
  clock.advance(5)
  assert.equal(gateway.statistics().links, 0)
}

suite('requests for event streams, whatever they say', () => {
  const clerk = principal('clerk')
  for (const path of ['a/1', 'a/2', 'b', 'c/d/e', 'a/1', 'b'])
    gateway.request(clerk, publication(path, '1', { sequence: 1 }), () => undefined)
  gateway.request(clerk, { kind: 'remove', request: 1, selector: 'a/2' }, () => undefined)

  fuzz(
    'any query and id is a problem, or a request whose parts fit',
    fc.tuple(url, fc.oneof(lastEventId, fc.constant(''))),
    ([asked, id]) => {
      const wanted = readStreamRequest({ url: asked, headers: { 'last-event-id': id } }, selectorsMax)
      if (!('status' in wanted)) return checkParts(wanted)
      assert.equal(wanted.status, 400)
      assert.ok(codes.includes(wanted.code) && wanted.detail !== '' && wanted.detail.length < 500)
    },
    [
      '?topic=a&topic=b',
      '?topic=a/&exact=true',
      '?topic=a&priority=1&delivery=all&delta=none',
      '?topic=a&topic=="a"',
    ].map((asked) => [asked, '']),
  )

  fuzz(
    'a selector that is percent-encoded is read as it is',
    fc.string({ unit: 'binary', minLength: 1 }),
    (selector) => {
      const wanted = readStreamRequest({ url: `/sse?exact=true&topic=${encodeURIComponent(selector)}`, headers: {} }, 1)
      assert.ok(!('status' in wanted))
      assert.deepEqual(wanted.selectors, [selector])
    },
  )

  fuzz(
    'from any id a stream goes on, begins anew or is answered with a problem, and leaves nothing',
    fc.tuple(url, lastEventId),
    ([asked, id]) => {
      const wanted = readStreamRequest({ url: asked, headers: { 'last-event-id': id } }, selectorsMax)
      if (!('status' in wanted)) checkStream(wanted)
    },
  )
})
