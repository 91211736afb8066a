import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryStore } from '../../store/index.js'
import { MemoryPeer } from '../../test/support/memory-peer.js'
import { startedOn } from '../../test/support/restarted.js'
import type { SimulatedClock } from '../../test/support/simulated-clock.js'
import type { Position } from '../messages.js'

const persist = { properties: { persist: true } }

/** A gateway on a store, and a client that was told what there was of these topics, and of what happened then. */
async function followed(paths: readonly string[], then: (writer: MemoryPeer, clock: SimulatedClock) => void) {
  const store = new MemoryStore()
  const { gateway, clock } = await startedOn(store)
  const [writer, reader] = [new MemoryPeer(gateway).connect(), new MemoryPeer(gateway).connect()]
  for (const path of paths) writer.publish(path, '1', persist)
  clock.advance(5)
  reader.subscribe('#')
  clock.advance(5)
  const { position } = reader
  then(writer, clock)
  clock.advance(1_100)
  return { store, position }
}

/** What a client hears of the topics that it left at a position, after a restart. */
async function told(store: MemoryStore, position: Position, limits = {}) {
  const { gateway, clock } = await startedOn(store, undefined, { limits })
  const reader = new MemoryPeer(gateway).connect()
  clock.advance(5)
  reader.subscribe('#', { since: { kind: 'position', position } })
  clock.advance(100)
  return reader.heard.flatMap((item) => {
    if (item.kind === 'update') return [`${item.path} ${item.isRemoved ? 'went' : 'is there'}`]
    return item.kind === 'resynchronised' || item.kind === 'synced' ? [item.kind] : []
  })
}

suite('readers that come back to a gateway that was started again', () => {
  test('are told what changed and what went, and nothing else [SEM 1.6]', async () => {
    const { store, position } = await followed(['a', 'b', 'c', 'd'], (writer) => {
      writer.send({ kind: 'remove', request: 1, selector: 'b' })
      writer.publish('c', '2', persist)
      writer.publish('e', '2', persist)
    })
    assert.deepEqual(await told(store, position), ['b went', 'c is there', 'e is there', 'synced'])
  })

  test('are told the new value of what went and came again [SEM 3.6]', async () => {
    const { store, position } = await followed(['a', 'b'], (writer, clock) => {
      writer.send({ kind: 'remove', request: 1, selector: 'b' })
      clock.advance(5)
      writer.publish('b', '2', persist)
    })
    assert.deepEqual(await told(store, position), ['b is there', 'synced'])
  })

  test('are told everything anew where more went than is remembered [SEM 1.6]', async () => {
    const paths = ['a', 'b', 'c', 'd', 'e', 'f']
    const { store, position } = await followed(paths, (writer) =>
      writer.send({ kind: 'remove', request: 1, selector: '{a,b,c,d,e}' }),
    )
    assert.deepEqual(await told(store, position, { removalsMax: 2 }), ['resynchronised', 'f is there', 'synced'])
    assert.deepEqual(await told(store, position), ['resynchronised', 'f is there', 'synced'])
  })

  test('are told everything anew where something was not stored', async () => {
    const { store, position } = await followed(['a'], (writer) => writer.publish('b', '2'))
    assert.deepEqual(await told(store, position), ['resynchronised', 'a is there', 'synced'])
  })

  test('are told everything anew where a topic that is stored does not keep its value', async () => {
    const properties = { persist: true, keep: false }
    const { store, position } = await followed(['a'], (writer) => writer.publish('b', '2', { properties }))
    assert.deepEqual(await told(store, position), ['resynchronised', 'a is there', 'synced'])
  })

  test('are told everything anew by a folder that was written before this was noted', async () => {
    const { store, position } = await followed(['a'], (writer) => writer.publish('a', '2', persist))
    store.records('removals').deleteAll('')
    store.records('lives').deleteAll('')
    assert.deepEqual(await told(store, position), ['resynchronised', 'a is there', 'synced'])
  })
})
