import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, suite, test } from 'mocha'
import { temporaryFolder } from '../test/support/store/store-kinds.js'
import type { Batch } from './group.js'
import { Group } from './group.js'
import type { Database } from './level-disk.js'
import { LevelDisk } from './level-disk.js'
import { storeLimits } from './limits.js'
import { Pack } from './pack.js'

suite('LevelDB as a place for groups', () => {
  let folder: string
  let database: Database
  let disk: LevelDisk

  beforeEach(async () => {
    folder = temporaryFolder()
    database = new ClassicLevel(folder, { valueEncoding: 'view' })
    await database.open()
    disk = new LevelDisk(database, storeLimits)
  })

  afterEach(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })

  test('is asked to sync what is to be synced, with a write even where there is nothing to write', async () => {
    const calls: string[] = []
    const batch: Batch = {
      put: (key) => calls.push(`put ${key}`),
      del: (key) => calls.push(`delete ${key}`),
      write: ({ sync }) => Promise.resolve(calls.push(`write, sync ${sync}`)).then(() => undefined),
    }
    const group = new Group(batch)
    group.put('a', Uint8Array.of(1))
    await disk.write(group, false)
    await disk.write(new Group(batch), true)
    assert.deepEqual(calls, ['put a', 'write, sync false', 'delete x', 'write, sync true'])
  })

  test('takes records of one log as few values, none longer than a pack', async () => {
    const group = disk.begin()
    const pack = new Pack(100)
    for (let offset = 0; offset < 9; offset++) group.append(pack, String, offset, new Uint8Array(20))
    group.seal()
    await disk.write(group, false)
    const found = await database.iterator().all()
    assert.deepEqual(
      found.map(([key, value]) => [key, value.length]),
      [
        ['2', 96],
        ['5', 96],
        ['8', 96],
      ],
    )
  })
})
