import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { SimulatedClock } from '../test/support/simulated-clock.js'
import { ScriptedDisk, turnEnds } from '../test/support/store/scripted-disk.js'
import type { CommitMode } from './group-commit.js'
import { GroupCommit } from './group-commit.js'
import type { StoreLimits } from './limits.js'
import { storeLimits } from './limits.js'
import type { StoreError } from './store-error.js'

/** A group commit over a scripted disk, with all that it said. */
function scripted(mode: CommitMode = 'interval', limits: StoreLimits = storeLimits) {
  const [disk, clock, told] = [new ScriptedDisk(), new SimulatedClock(), [] as string[]]
  const failed = (error: StoreError): unknown => told.push(`failed: ${error.fault}`)
  const commit = new GroupCommit(disk, { mode, limits, clock, failed })
  const put = (key: string): void => commit.gather().put(key, Buffer.from('v'))
  const ask = (name: string): void =>
    commit.wait({ written: () => told.push(name), failed: ({ message }) => told.push(`${name}: ${message}`) })
  return { disk, clock, told, commit, put, ask }
}

suite('a group commit', () => {
  test('writes what came in one turn as one group', async () => {
    const { disk, put } = scripted()
    put('a')
    await Promise.resolve()
    put('b')
    assert.equal(disk.given.length, 0, 'not before the turn ends')
    await turnEnds()
    assert.deepEqual(
      disk.given.map(({ operations }) => operations),
      [['put a v', 'put b v']],
    )
  })

  test('has one group on its way, and gathers what comes meanwhile for the next', async () => {
    const { disk, told, put, ask } = scripted()
    put('a')
    ask('a is safe')
    await turnEnds()
    for (const key of ['b', 'c']) {
      put(key)
      ask(`${key} is safe`)
      await turnEnds()
    }
    assert.equal(disk.given.length, 1)
    disk.given[0]?.succeed()
    await turnEnds()
    assert.deepEqual(told, ['a is safe'])
    assert.deepEqual(disk.given[1]?.operations, ['put b v', 'put c v'])
    disk.given[1]?.succeed()
    await turnEnds()
    assert.deepEqual(told, ['a is safe', 'b is safe', 'c is safe'])
    assert.equal(disk.given.length, 2)
  })

  test('who asks while nothing is gathered waits for the group on its way alone', async () => {
    const { disk, told, put, ask } = scripted()
    put('a')
    await turnEnds()
    ask('safe')
    assert.deepEqual(told, [])
    disk.given[0]?.succeed()
    await turnEnds()
    assert.deepEqual(told, ['safe'])
    assert.equal(disk.given.length, 1)
    ask('nothing open')
    assert.deepEqual(told, ['safe', 'nothing open'])
  })

  test('syncs each group in mode always, without a clock', async () => {
    const { disk, clock, put } = scripted('always')
    put('a')
    await turnEnds()
    disk.given[0]?.succeed()
    await turnEnds()
    assert.equal(disk.given[0]?.sync, true)
    assert.equal(clock.tasks, 0)
  })

  test('syncs once an interval in mode interval, with the next group or an empty one, and rests when all is synced', async () => {
    const { disk, clock, put } = scripted()
    put('a')
    await turnEnds()
    disk.given[0]?.succeed()
    await turnEnds()
    clock.advance(storeLimits.syncMs)
    put('b')
    await turnEnds()
    disk.given[1]?.succeed()
    await turnEnds()
    put('c')
    await turnEnds()
    disk.given[2]?.succeed()
    await turnEnds()
    clock.advance(storeLimits.syncMs)
    await turnEnds()
    disk.given[3]?.succeed()
    await turnEnds()
    assert.deepEqual(
      disk.given.map(({ sync }) => sync),
      [false, true, false, true],
    )
    assert.deepEqual(disk.given[3]?.operations, [])
    assert.equal(clock.tasks, 0)
  })

  test('commits nothing more after a write that failed, and says so once', async () => {
    const { disk, told, put, ask } = scripted()
    put('a')
    ask('a')
    await turnEnds()
    put('b')
    ask('b')
    disk.given[0]?.fail(new Error('no space'))
    await turnEnds()
    put('c')
    ask('c')
    await turnEnds()
    const why = 'the data folder could not be written: no space'
    assert.deepEqual(told, [`a: ${why}`, `b: ${why}`, 'failed: failed', `c: ${why}`])
    assert.equal(disk.given.length, 1)
  })

  test('fails when more waits than memory may hold, and a write that succeeds later commits nobody', async () => {
    const { disk, told, commit, put, ask } = scripted('interval', { ...storeLimits, waitingBytesMax: 100 })
    put('a')
    ask('a')
    await turnEnds()
    for (let n = 0; n < 10; n++) put(`more ${n}`)
    disk.given[0]?.succeed()
    await turnEnds()
    assert.deepEqual(told, [
      'a: more waits to be written than memory may hold: the disk is too slow',
      'failed: overrun',
    ])
    assert.equal(commit.waitingBytes, 0)
  })

  test('counts what waits, on its way or gathered, until it is written', async () => {
    const { disk, commit, put } = scripted()
    put('ab')
    const one = commit.waitingBytes
    assert.ok(one >= 3)
    await turnEnds()
    put('cd')
    assert.equal(commit.waitingBytes, 2 * one)
    disk.given[0]?.succeed()
    await turnEnds()
    assert.equal(commit.waitingBytes, one)
  })

  test('writes and syncs what is left when it is closed, also what comes while it closes, then takes nothing', async () => {
    const { disk, told, commit, put, ask } = scripted()
    put('a')
    ask('a')
    const closed = commit.close()
    await turnEnds()
    put('b')
    disk.given[0]?.succeed()
    await turnEnds()
    disk.given[1]?.succeed()
    await closed
    assert.deepEqual(
      disk.given.map(({ operations, sync }) => [operations, sync]),
      [
        [['put a v'], true],
        [['put b v'], true],
      ],
    )
    assert.deepEqual(told, ['a'])
    assert.throws(() => put('c'), /closed/)
    await assert.rejects(commit.written(), /closed/)
  })

  test('syncs when it is closed what was committed without', async () => {
    const { disk, clock, commit, put } = scripted()
    put('a')
    await turnEnds()
    disk.given[0]?.succeed()
    await turnEnds()
    const closed = commit.close()
    await turnEnds()
    disk.given[1]?.succeed()
    await closed
    assert.deepEqual(disk.given[1]?.operations, [])
    assert.equal(disk.given[1]?.sync, true)
    assert.equal(clock.tasks, 0)
  })

  test('closes after a failure, and when one comes while it closes', async () => {
    const { disk, told, commit, put } = scripted()
    put('a')
    const closed = commit.close()
    await turnEnds()
    disk.given[0]?.fail(new Error('no space'))
    await closed
    assert.deepEqual(told, ['failed: failed'])
    await commit.close()
  })
})
