import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { restoredState } from '../../core/session/stored-sessions.js'
import type { Client } from '../../test/support/mqtt/client.js'
import { subscribePacket, textOf } from '../../test/support/mqtt/client.js'
import { lasting, MqttGateways } from '../../test/support/mqtt/mqtt-gateways.js'
import type { PacketOf } from '../../test/support/mqtt/raw-client.js'
import { SlowStore } from '../../test/support/store/slow-store.js'
import { SessionState } from './session-state.js'

const gateways = new MqttGateways()

/** A gateway whose answers wait for a store that a test can hold up, and somebody who is not concerned. */
async function start() {
  const store = new SlowStore()
  const gateway = await gateways.start({ gateway: { durable: { store, life: null, answersWait: true } } })
  return { store, gateway, bystander: await gateway.client('bystander') }
}

type World = Awaited<ReturnType<typeof start>>

/** What the client is sent next; it must not come before the store has what it says. */
async function onceStored<Kind extends 'publish' | 'pubrec' | 'pubrel' | 'pubcomp' | 'suback' | 'connack'>(
  { store, gateway, bystander }: World,
  client: Client,
  kind: Kind,
): Promise<PacketOf<Kind>> {
  let isThere = false
  const packet = client.expect(kind).then((packet) => {
    isThere = true
    return packet
  })
  await gateway.time.until('something to store', () => store.waitingCount > 0)
  await bystander.ping()
  assert.equal(isThere, false, `${kind} came before it was stored`)
  for (let turns = 0; !isThere && turns < 100; turns++) {
    store.commit()
    await bystander.ping()
  }
  return packet
}

/** Identifiers of what came from a client and was not released, as the store has them. */
async function receivedBy(store: SlowStore, name: string): Promise<readonly number[]> {
  for await (const { key, value } of store.records('session-states').read(''))
    if (key === name) {
      const [, bytes] = restoredState(value).notes.find(([medium]) => medium === 'mqtt') ?? []
      return bytes ? [...SessionState.from(bytes).received.all()] : []
    }
  return []
}

const publish = { cmd: 'publish', topic: 't', payload: 'x', dup: false, retain: false } as const

suite('what may not be said twice', () => {
  afterEach(() => gateways.stop())

  test('is stored before it is sent: a message of QoS 2, and its release', async () => {
    const world = await start()
    const reader = await world.gateway.client('r', lasting)
    await reader.subscribe('t', { qos: 2 })
    world.store.isSlow = true
    world.gateway.publish('t', 'x')
    const { messageId = 0 } = await onceStored(world, reader, 'publish')
    reader.send({ cmd: 'pubrec', messageId })
    assert.equal((await onceStored(world, reader, 'pubrel')).messageId, messageId)
  })

  test('is stored before it is answered: a publish of QoS 2, and its release', async () => {
    const world = await start()
    const writer = await world.gateway.client('w', lasting)
    world.store.isSlow = true
    writer.send({ ...publish, qos: 2, messageId: 7 })
    await onceStored(world, writer, 'pubrec')
    writer.send({ cmd: 'pubrel', messageId: 7 })
    await onceStored(world, writer, 'pubcomp')
  })

  test('is stored before it is promised: a session, its will and its subscriptions', async () => {
    const world = await start()
    world.store.isSlow = true
    const client = await world.gateway.dial()
    client.send({ cmd: 'connect', protocolVersion: 5, clientId: 'c', keepalive: 60, ...lasting })
    await onceStored(world, client, 'connack')
    client.send(subscribePacket(1, 't', { qos: 2 }))
    await onceStored(world, client, 'suback')
  })

  test('is stored before it is sent to a client that comes back, as its session is', async () => {
    const world = await start()
    const { gateway, store } = world
    const first = await gateway.client('r', lasting)
    await first.subscribe('t', { qos: 2 })
    first.break()
    await gateway.time.until('a lost link', () => gateway.gateway.statistics().links === 1)
    gateway.publish('t', 'x')
    store.isSlow = true
    const again = await gateway.dial()
    again.send({ cmd: 'connect', protocolVersion: 5, clientId: 'r', keepalive: 60, ...lasting })
    assert.equal((await onceStored(world, again, 'connack')).sessionPresent, true)
    store.isSlow = false
    store.commit()
    assert.equal(textOf(await again.expect('publish')), 'x')
  })

  test('is stored in one step with what it did: a publish of QoS 2 and the note that it came', async () => {
    const { store, gateway } = await start()
    await gateway.client('r', lasting).then((reader) => reader.subscribe('t', { qos: 2 }))
    const writer = await gateway.client('w', lasting)
    const received = new Promise<readonly number[]>((resolve) => {
      // Asked first by the publish itself; when the call at hand is over, and before anything else happens, the note is there, too.
      store.onAsked = () => queueMicrotask(() => void receivedBy(store, 'w').then(resolve))
    })
    writer.send({ ...publish, qos: 2, messageId: 7 })
    assert.deepEqual(await received, [7])
  })

  test('what comes behind leaves behind it', async () => {
    const world = await start()
    const reader = await world.gateway.client('r', lasting)
    await reader.subscribe('t', { qos: 2 })
    world.store.isSlow = true
    world.gateway.publish('t', '1')
    await world.gateway.time.until('something to store', () => world.store.waitingCount > 1)
    world.gateway.publish('t', '2', { handling: { qos: 0, isRetained: false, isMessage: true } })
    const first = await onceStored(world, reader, 'publish')
    world.store.isSlow = false
    world.store.commit()
    const second = await reader.expect('publish')
    assert.deepEqual([first, second].map(textOf), ['1', '2'])
  })

  test('does not hold up what may be said twice, nor who has a session for one connection only', async () => {
    const { store, gateway, bystander } = await start()
    const reader = await gateway.client('r', lasting)
    await reader.subscribe('t', { qos: 1 })
    await bystander.subscribe('t', { qos: 2 })
    store.isSlow = true
    gateway.publish('t', 'x')
    for (const client of [reader, bystander]) assert.equal(textOf(await client.expect('publish')), 'x')
  })
})
