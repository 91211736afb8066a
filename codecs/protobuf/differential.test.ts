/** Our encoders and decoders beside protobufjs, which knows gateway.proto and nothing of ours. */
import assert from 'node:assert/strict'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import type { ClientMessage } from '../../core/index.js'
import type { Delivery } from '../../test/support/wire/deliveries.js'
import { delivery } from '../../test/support/wire/deliveries.js'
import { heardByClient, heardByGateway } from '../../test/support/wire/heard.js'
import { acknowledge, position, publish, reply, request } from '../../test/support/wire/messages.js'
import { decodeByPeer, encodeByPeer, fromClientForm, fromGatewayForm } from '../../test/support/wire/peer.js'
import { batchOf } from '../../test/support/wire/quote.js'
import { apply } from '../delta/index.js'
import type { WireReply, WireUpdate } from './index.js'
import { encodeAcknowledge, encodePublish, encodeRequest, FrameEncoder, versionOf } from './index.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** What the gateway sends besides updates. */
function encodeReply(message: WireReply): Uint8Array {
  const { acknowledgeBytes, acknowledgeMs } = message.kind === 'welcome' ? message : noTerms
  return new FrameEncoder().encodeReplies([message], null, { acknowledgeBytes, acknowledgeMs })
}

const noTerms = { acknowledgeBytes: 0, acknowledgeMs: 0 }

const encodeDelivery = ({ update, base, flags, audience }: Delivery): Uint8Array =>
  new FrameEncoder(deflateRawSync).encodeBatch(batchOf([update], base, flags, audience), () => 0)

/** Of the versions in a hello the gateway hears those that it speaks. [PROTOCOL 2.2] */
const asHeard = (message: ClientMessage): ClientMessage =>
  message.kind === 'hello' ? { ...message, versions: message.versions.filter((version) => version === 1) } : message

suite('our codec beside protobufjs', () => {
  test('a publish is written the same, byte by byte [PROTOCOL 8.1]', () => {
    const same = fc.property(publish, (message) =>
      assert.equal(hex(encodePublish(message)), hex(encodeByPeer('FromClient', fromClientForm([message])))),
    )
    fc.assert(same)
  })

  test('an acknowledgement is written the same, byte by byte [PROTOCOL 8.1]', () => {
    const same = fc.property(acknowledge, (message) =>
      assert.equal(
        hex(encodeAcknowledge(message.bytes, message)),
        hex(encodeByPeer('FromClient', fromClientForm([message]))),
      ),
    )
    fc.assert(same)
  })

  test('a request is written the same, byte by byte [PROTOCOL 3.2]', () => {
    const same = fc.property(request, (message) =>
      assert.equal(hex(encodeRequest(message)), hex(encodeByPeer('FromClient', fromClientForm([message])))),
    )
    fc.assert(same, { numRuns: 500 })
  })

  test('a reply is written the same, byte by byte [PROTOCOL 3.2]', () => {
    const same = fc.property(reply, (message) => {
      const form = fromGatewayForm({ updates: [], standing: [], replies: [message] })
      assert.equal(hex(encodeReply(message)), hex(encodeByPeer('FromGateway', form)))
    })
    fc.assert(same, { numRuns: 500 })
  })

  test('where a reader stands is written the same, byte by byte [PROTOCOL 4.13]', () => {
    const same = fc.property(position, (standing) => {
      const form = fromGatewayForm({ updates: [], standing: [standing], replies: [] })
      assert.equal(hex(new FrameEncoder().encodeReplies([], standing, noTerms)), hex(encodeByPeer('FromGateway', form)))
    })
    fc.assert(same)
  })

  test('an update is written as protobufjs writes what it reads in it [PROTOCOL 8.1]', () => {
    const same = fc.property(delivery, (each) => {
      const bytes = encodeDelivery(each)
      assert.equal(hex(bytes), hex(encodeByPeer('FromGateway', decodeByPeer('FromGateway', bytes))))
    })
    fc.assert(same, { numRuns: 500 })
  })

  test('the gateway hears what protobufjs wrote', () => {
    const messages = fc.array(fc.oneof(publish, request), { maxLength: 4 })
    const same = fc.property(messages, (all) => {
      const sorted = [...all.filter(({ kind }) => kind === 'publish'), ...all.filter(({ kind }) => kind !== 'publish')]
      const { outcome, heard } = heardByGateway(encodeByPeer('FromClient', fromClientForm(all)))
      assert.deepEqual({ outcome, heard }, { outcome: { kind: 'done' }, heard: sorted.map(asHeard) })
    })
    fc.assert(same, { numRuns: 500 })
  })

  test('the gateway hears the acknowledgement that protobufjs wrote', () => {
    const same = fc.property(acknowledge, (message) => {
      const { outcome, heard } = heardByGateway(encodeByPeer('FromClient', fromClientForm([message])))
      assert.deepEqual({ outcome, heard }, { outcome: { kind: 'done' }, heard: [message] })
    })
    fc.assert(same)
  })

  test('a client hears what protobufjs wrote', () => {
    const parts = fc.record({
      standing: fc.array(position, { maxLength: 1 }),
      replies: fc.array(reply, { maxLength: 3 }),
    })
    const same = fc.property(parts, ({ standing, replies }) => {
      const form = fromGatewayForm({ updates: [], standing, replies })
      const { outcome, heard } = heardByClient(encodeByPeer('FromGateway', form))
      assert.deepEqual(outcome, { kind: 'done' })
      assert.deepEqual(heard.replies, replies)
      assert.deepEqual(
        heard.standing,
        standing.map(({ offset, held }) => ({ offset, held })),
      )
    })
    fc.assert(same, { numRuns: 500 })
  })
})

suite('updates, from gateway to client', () => {
  test('whatever its form, an update tells the client the version, time, type and value that it has [PROTOCOL 4.7]', () => {
    fc.assert(fc.property(delivery, assertToldWhole), { numRuns: 1_000 })
  })

  test('protobufjs reads in an update what our client reads', () => {
    const same = fc.property(delivery, (each) => {
      const bytes = encodeDelivery(each)
      const { updates } = heardByClient(bytes).heard
      const form = fromGatewayForm({ updates, standing: [], replies: [] })
      assert.equal(hex(encodeByPeer('FromGateway', form)), hex(bytes))
    })
    fc.assert(same, { numRuns: 500 })
  })
})

function assertToldWhole({ update, base, flags, audience }: Delivery): void {
  const { outcome, heard } = heardByClient(encodeDelivery({ update, base, flags, audience }))
  assert.deepEqual(outcome, { kind: 'done' })
  const [told] = heard.updates
  assert.ok(told !== undefined && heard.updates.length === 1)
  const { version, timeMs, topic, type, attributes, content } = update
  const held = heldBy({ update, base, flags, audience })
  assert.deepEqual(versionOf(told, held), { ...version, timeMs })
  assert.deepEqual([told.topicId, told.path], [topic.id, (flags & 1) === 0 ? null : topic.path])
  assert.deepEqual([told.snapshot, told.gap], [(flags & 2) !== 0, (flags & 4) !== 0])
  assert.deepEqual(told.attributes, attributes)
  if (content === 'removed') assert.equal(told.content, 'removed')
  else assert.equal(told.type ?? base?.type, type)
  if (content === 'value')
    assert.deepEqual(Buffer.from(toldValue(told, base?.value ?? new Uint8Array())), Buffer.from(update.value))
}

/** What the reader of a delivery holds of its topic. */
function heldBy({ update, base, flags }: Delivery) {
  if (base !== null) return { offset: base.version.offset, timeMs: base.timeMs }
  const follows = (flags & 8) !== 0 && update.version.previous > 0
  return follows ? { offset: update.version.previous, timeMs: update.previousTimeMs } : null
}

function toldValue({ content, bytes, deflated }: WireUpdate, held: Uint8Array): Uint8Array {
  if (content === 'value') return deflated ? inflateRawSync(bytes) : bytes
  const applied = apply(held, bytes, 2 ** 20)
  assert.equal(applied.kind, 'value')
  return applied.kind === 'value' ? applied.value : new Uint8Array()
}
