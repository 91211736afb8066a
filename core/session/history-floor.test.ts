import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import type { MemoryPeer } from '../../test/support/memory-peer.js'
import type { Job } from '../flow/turns.js'

const everySecond = { delivery: 'all', intervalMs: 1_000 } as const

/** A client that reads `a` each second only and `b` as it comes, when both have changed five times. */
function withPaced() {
  const made = memoryGateway()
  const reader = made.peer()
  reader.subscribe('a', everySecond)
  reader.subscribe('b')
  const writer = made.peer()
  for (let n = 0; n < 5; n++) {
    for (const path of ['a', 'b']) writer.publish(path, `${n}`)
    made.clock.advance(20)
  }
  return { ...made, reader, writer }
}

/** What it was told of `a`, and whether it was told that something is lost. */
function toldOf(reader: MemoryPeer) {
  const values = reader.updates.filter(({ path }) => path === 'a').map(({ value }) => new TextDecoder().decode(value))
  const isLost = reader.heard.some((item) => item.kind === 'resynchronised' || (item.kind === 'update' && item.isGap))
  return { values, isLost }
}

suite('history of readers who are away', () => {
  test('stays where a rate held it back behind the position that its reader applied [SEM 1.5, 3.2]', () => {
    const { clock, reader } = withPaced()
    assert.notDeepEqual(reader.position.held, [])
    reader.cut()
    clock.advance(3_000)
    reader.resume()
    clock.advance(20_000)
    assert.deepEqual(toldOf(reader), { values: ['0', '1', '2', '3', '4'], isLost: false })
  })

  test('stays for who leaves while a sweep is under way that has seen it already', () => {
    const { gateway, clock, reader, peer } = withPaced()
    for (let n = 0; n < 200; n++) peer()
    const sweeps: Job[] = []
    gateway.addJob = (job) => sweeps.push(job)
    while (sweeps.length === 0) clock.advance(10)
    const [sweep] = sweeps
    assert.ok(sweep)
    // A step sees 64 of the 202 connections, or of the sessions after them.
    for (let step = 0; step < 5; step++) assert.equal(sweep(0), false)
    reader.cut()
    while (!sweep(clock.nowMs()));
    Reflect.deleteProperty(gateway, 'addJob')
    reader.resume()
    clock.advance(20_000)
    assert.deepEqual(toldOf(reader), { values: ['0', '1', '2', '3', '4'], isLost: false })
  })

  test('stays for what a link was given that did not arrive [SEM 1.5]', () => {
    const { clock, peer } = memoryGateway()
    const [reader, writer] = [peer(), peer()]
    reader.subscribe('a', { delivery: 'all' })
    writer.publish('a', '0')
    clock.advance(100)
    reader.stall()
    for (let n = 1; n < 5; n++) {
      writer.publish('a', `${n}`)
      clock.advance(1_500)
    }
    reader.cut()
    reader.unstall()
    reader.resume()
    clock.advance(1_000)
    assert.deepEqual(toldOf(reader), { values: ['0', '1', '2', '3', '4'], isLost: false })
  })

  test('stays for what changes while a first snapshot is on its way', () => {
    const { clock, peer } = memoryGateway()
    const writer = peer()
    for (const path of ['a', 'b', 'c', 'd']) writer.publish(path, '0')
    clock.advance(100)
    const other = peer()
    other.subscribe('#', { delivery: 'all' })
    const reader = peer({}, 40)
    reader.stall()
    reader.subscribe('#', { delivery: 'all' })
    clock.advance(100)
    for (let n = 1; n < 4; n++) {
      for (const path of ['a', 'b', 'c', 'd']) writer.publish(path, `${n}`)
      clock.advance(1_500)
    }
    reader.cut()
    reader.unstall()
    reader.resume()
    clock.advance(1_000)
    assert.equal(toldOf(reader).isLost, false)
    assert.equal(reader.values.get('a'), '3')
  })

  for (const [who, selector] of [
    ['who reads nothing', null],
    ['who reads only what came later', 'c'],
  ] as const)
    test(`is not kept for a stranger ${who}, when its readers have read it [SEM 3.3]`, () => {
      const { gateway, clock, peer } = withPaced()
      const stranger = peer()
      if (selector) stranger.subscribe(selector)
      stranger.cut()
      assert.ok(gateway.topics.versions.historyBytes > 0)
      clock.advance(20_000)
      assert.equal(gateway.topics.versions.historyBytes, 0)
    })
})
