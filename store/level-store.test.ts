import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, suite, test } from 'mocha'
import { offsetKey } from '../core/index.js'
import { SimulatedClock } from '../test/support/simulated-clock.js'
import { skip } from '../test/support/skip.js'
import { committed, log, openLevel, temporaryFolder, values } from '../test/support/store/store-kinds.js'
import type { LevelStore } from './index.js'
import { StoreError, storeLimits } from './index.js'

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** What keeps a folder from being opened; it must be a fault with a sentence that says what to do. */
async function faultOf(opening: Promise<LevelStore>): Promise<string> {
  try {
    await (await opening).close()
  } catch (error) {
    assert.ok(error instanceof StoreError, String(error))
    assert.match(error.message, /: .*(restore|stop|name|check|move)/)
    return error.fault
  }
  return 'opened'
}

suite('a store in a folder', () => {
  let top: string
  let folder: string

  beforeEach(() => {
    top = temporaryFolder()
    folder = join(top, 'data')
  })

  afterEach(() => rmSync(top, { recursive: true }))

  /** Writes a group with one key for each name, and goes away as a process does that is killed: by copying what is there. */
  async function written(...names: readonly string[]): Promise<string> {
    const store = await openLevel(join(top, 'living'))
    for (const name of names) {
      store.records('retained').put(name, bytes(name.repeat(50)))
      store.sequence('log').append(names.indexOf(name), bytes(name))
      await committed(store)
    }
    cpSync(join(top, 'living'), folder, { recursive: true })
    await store.close()
    return folder
  }

  const logFile = (): string => join(folder, readdirSync(folder).find((name) => name.endsWith('.log')) ?? '')

  test('has everything again when it is opened again, and goes on', async () => {
    const first = await openLevel(folder)
    first.records('sessions').put('ann', bytes('note'))
    first.sequence('log').append(1, bytes('one'))
    first.sequence('log').append(2, bytes('two'))
    first.sequence('log').trim(1)
    await first.close()
    const second = await openLevel(folder)
    const sequence = second.sequence('log')
    assert.deepEqual(await values(second.records('sessions').read('')), ['ann=note'])
    assert.deepEqual(await log(sequence.read(0)), ['2=two'])
    assert.throws(() => sequence.append(1, bytes('again')), /rise/)
    sequence.append(3, bytes('three'))
    sequence.trim(2)
    await second.close()
    const third = await openLevel(folder)
    assert.deepEqual(await log(third.sequence('log').read(0)), ['3=three'])
    assert.deepEqual(third.dropped, [])
    await third.close()
  })

  test('outlives the process once it is committed, before anything is synced', async () => {
    await written('a', 'b')
    const store = await openLevel(folder)
    assert.deepEqual(await log(store.sequence('log').read(0)), ['0=a', '1=b'])
    await store.close()
  })

  test('is locked while another has it open', async () => {
    const store = await openLevel(folder)
    assert.equal(await faultOf(openLevel(folder)), 'locked')
    await store.close()
    assert.equal(await faultOf(openLevel(folder)), 'opened')
  })

  test('drops a group that was cut at the end of the log, and only that', async () => {
    await written('a', 'b', 'c')
    const whole = readFileSync(logFile())
    truncateSync(logFile(), whole.length - 5)
    const store = await openLevel(folder)
    assert.deepEqual(await log(store.sequence('log').read(0)), ['0=a', '1=b'])
    assert.equal((await values(store.records('retained').read(''))).length, 2)
    assert.deepEqual(store.dropped, [])
    await store.close()
  })

  test('has each group whole or not at all, wherever in the log a byte is wrong, and says what was dropped', async () => {
    await written('a', 'b', 'c')
    const [whole, pristine] = [readFileSync(logFile()), join(top, 'pristine')]
    cpSync(folder, pristine, { recursive: true })
    for (let at = 0; at < whole.length; at += 37) {
      rmSync(folder, { recursive: true })
      cpSync(pristine, folder, { recursive: true })
      const wrong = Buffer.from(whole)
      wrong.writeUInt8(wrong.readUInt8(at) ^ 0x40, at)
      writeFileSync(logFile(), wrong)
      const store = await openLevel(folder)
      const records = (await log(store.sequence('log').read(0))).map((line) => line.slice(2))
      const keys = (await values(store.records('retained').read(''))).map((line) => line.slice(0, 1))
      assert.deepEqual(records, keys, `byte ${at}`)
      assert.ok(keys.length < 3, `byte ${at}`)
      assert.match(store.dropped.join(), /\.log: dropping \d+ bytes; Corruption/, `byte ${at}`)
      await store.close()
    }
  })

  test('refuses a folder whose beginning is damaged, and leaves its files alone', async () => {
    const damages: Readonly<Record<string, (current: string) => void>> = {
      'cut to nothing': (current) => writeFileSync(current, ''),
      'full of zeros': (current) => writeFileSync(current, Buffer.alloc(16)),
      'with a name of nothing': (current) => writeFileSync(current, 'MANIFEST-999999\n'),
      missing: (current) => rmSync(current),
    }
    await written('a')
    const data = readFileSync(logFile())
    for (const [damage, inflict] of Object.entries(damages)) {
      inflict(join(folder, 'CURRENT'))
      assert.match(await faultOf(openLevel(folder)), /damaged|unusable/, damage)
      assert.deepEqual(readFileSync(logFile()), data, damage)
    }
  })

  test('fails a reading that meets damaged bytes in a table, and is not opened where they are its first', async () => {
    const limits = { ...storeLimits, tableMemoryBytes: 65_536 }
    const first = await openLevel(folder, { limits })
    for (let n = 0; n < 4_000; n++) first.records('retained').put(offsetKey(n), bytes(`${Math.sin(n)} `.repeat(5)))
    await first.close()
    await (await openLevel(folder)).close()
    const tables = readdirSync(folder).filter((name) => name.endsWith('.ldb'))
    damageTables(tables, 16_000)
    const store = await openLevel(folder)
    await assert.rejects(values(store.records('retained').read('')), { name: 'StoreError', fault: 'damaged' })
    await store.close()
    damageTables(tables, 0)
    assert.equal(await faultOf(openLevel(folder)), 'damaged')
  })

  /** Overwrites a block's worth of each table that is long enough. */
  function damageTables(names: readonly string[], from: number): void {
    for (const name of names) {
      const table = readFileSync(join(folder, name))
      if (table.length > from + 16_000) writeFileSync(join(folder, name), table.fill(0xff, from, from + 8_000))
    }
  }

  test('refuses a folder that it cannot use', async () => {
    writeFileSync(folder, 'a file')
    assert.equal(await faultOf(openLevel(folder)), 'unusable')
    assert.equal(await faultOf(openLevel(join(folder, 'below'))), 'unusable')
  })

  test('refuses a folder that nobody can make, instead of trying for ever', async function () {
    if (!existsSync('/proc/self')) skip(this, 'this system has no folder in which nothing can be made')
    assert.equal(await faultOf(openLevel('/proc/rivulet/data')), 'unusable')
  })

  test('refuses a folder in a format of a later version, and does not hold on to it', async () => {
    const database = new ClassicLevel(folder)
    await database.put('format', '2')
    await database.close()
    assert.equal(await faultOf(openLevel(folder)), 'unusable')
    assert.equal(await faultOf(openLevel(folder)), 'unusable')
  })

  test('begins in a folder that holds other files', async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'notes.txt'), 'x')
    assert.equal(await faultOf(openLevel(folder)), 'opened')
  })

  test('deletes a range of more keys than fit one group from its beginning, and keeps what was put since', async () => {
    const store = await openLevel(folder, { limits: { ...storeLimits, rangeKeysMax: 10, entriesPerStep: 3 } })
    const records = store.records('retained')
    for (let n = 0; n < 35; n++) records.put(`a/${offsetKey(n)}`, bytes('old'))
    records.put('b', bytes('old'))
    await committed(store)
    records.deleteAll('a/')
    records.put(`a/${offsetKey(3)}`, bytes('new'))
    assert.deepEqual(await values(records.read('')), [`a/${offsetKey(3)}=new`, 'b=old'])
    await store.close()
  })

  test('holds many records of a sequence in few values, and finds each by its offset', async () => {
    const store = await openLevel(folder, { limits: { ...storeLimits, packBytes: 256 } })
    const sequence = store.sequence('log')
    for (let offset = 0; offset < 500; offset++) {
      sequence.append(2 * offset, bytes(`${offset}`))
      if (offset % 70 === 0) await committed(store)
    }
    for (const from of [0, 1, 499, 500, 998]) {
      const found = await log(sequence.read(from))
      assert.equal(found[0], `${2 * Math.ceil(from / 2)}=${Math.ceil(from / 2)}`)
      assert.equal(found.length, 500 - Math.ceil(from / 2))
    }
    await store.close()
  })

  test('leaves nothing behind of records that were trimmed in the turn in which they came', async () => {
    const store = await openLevel(folder, { limits: { ...storeLimits, packBytes: 256 } })
    const sequence = store.sequence('log')
    for (let offset = 0; offset < 100; offset++) sequence.append(offset, bytes('x'.repeat(50)))
    sequence.trim(99)
    await store.close()
    const database = new ClassicLevel(folder)
    assert.deepEqual(await database.keys().all(), ['format', 't/log'])
    await database.close()
  })

  test('is behind while more waits than should, and no longer when that is committed', async () => {
    const store = await openLevel(folder, { limits: { ...storeLimits, behindBytes: 1_000 } })
    store.records('retained').put('a', new Uint8Array(900))
    assert.equal(store.isBehind, false)
    store.records('retained').put('b', new Uint8Array(900))
    assert.equal(store.isBehind, true)
    await committed(store)
    assert.equal(store.isBehind, false)
    await store.close()
  })

  test('syncs what was committed when the interval is over, with nothing new to write', async () => {
    const clock = new SimulatedClock()
    const store = await openLevel(folder, { clock })
    store.records('retained').put('a', bytes('x'))
    await committed(store)
    assert.equal(clock.tasks, 1)
    clock.advance(storeLimits.syncMs)
    store.records('retained').put('b', bytes('x'))
    await committed(store)
    assert.equal(clock.tasks, 0)
    await store.close()
  })

  test('ends readings when it is closed', async () => {
    const store = await openLevel(folder)
    for (let n = 0; n < 3_000; n++) store.records('retained').put(offsetKey(n), bytes('x'))
    const reading = store.records('retained').read('')[Symbol.asyncIterator]()
    await reading.next()
    await store.close()
    await assert.rejects(async () => {
      for (let next = await reading.next(); !next.done; next = await reading.next()) assert.ok(next.value.key)
    })
    await assert.rejects(values(store.records('retained').read('')), { fault: 'closed' })
  })
})
