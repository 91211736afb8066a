import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'mocha'
import type { Records } from '../core/index.js'
import { offsetKey } from '../core/index.js'
import { Random } from '../test/support/random.js'
import type { OpenStore } from '../test/support/store/store-kinds.js'
import { committed, log, storeKinds, values } from '../test/support/store/store-kinds.js'

const bytes = (text: string): Uint8Array => Buffer.from(text)

for (const [kind, open] of Object.entries(storeKinds)) {
  suite(`a store ${kind}`, () => {
    let opened: OpenStore

    beforeEach(async () => {
      opened = await open()
    })

    afterEach(() => opened.close())

    test('gives back the newest value of each key, in the order of keys', async () => {
      const records = opened.store.records('sessions')
      for (const key of ['b', 'a/2', 'a', 'a/10']) records.put(key, bytes(`old ${key}`))
      records.put('a', bytes('new'))
      await committed(opened.store)
      records.put('b', bytes('newer'))
      assert.deepEqual(await values(records.read('')), ['a=new', 'a/10=old a/10', 'a/2=old a/2', 'b=newer'])
    })

    test('orders keys by their bytes in UTF-8, where code units would differ', async () => {
      const records = opened.store.records('sessions')
      for (const key of ['\u{1F600}', '\uFF5E', 'é', 'z', '\u{10FFFF}x']) records.put(key, bytes(''))
      assert.deepEqual(await values(records.read('')), ['z=', 'é=', '\uFF5E=', '\u{1F600}=', '\u{10FFFF}x='])
    })

    test('reads what begins with a prefix and nothing beside it', async () => {
      const records = opened.store.records('sessions')
      for (const key of ['ann', 'ann/1', 'ann/\u{10FFFF}', 'anna/1', 'bob/1', '']) records.put(key, bytes('x'))
      assert.deepEqual(await values(records.read('ann/')), ['ann/1=x', 'ann/\u{10FFFF}=x'])
      assert.deepEqual(await values(records.read('nobody')), [])
      assert.equal((await values(records.read(''))).length, 6)
    })

    test('keeps bytes of every value, and none at all', async () => {
      const records = opened.store.records('retained')
      const all = Uint8Array.from({ length: 256 }, (_, index) => index)
      const long = new Random(7).bytes(200_000)
      for (const [key, value] of Object.entries({ all, long, none: new Uint8Array() })) records.put(key, value)
      await committed(opened.store)
      const found: (readonly [string, Buffer])[] = []
      for await (const { key, value } of records.read('')) found.push([key, Buffer.from(value)])
      assert.deepEqual(found, [
        ['all', Buffer.from(all)],
        ['long', Buffer.from(long)],
        ['none', Buffer.alloc(0)],
      ])
    })

    test('a caller may use its buffer again at once', async () => {
      const [records, sequence] = [opened.store.records('retained'), opened.store.sequence('log')]
      const buffer = bytes('first')
      records.put('a', buffer)
      sequence.append(1, buffer)
      buffer.fill(0)
      assert.deepEqual(await values(records.read('')), ['a=first'])
      assert.deepEqual(await log(sequence.read(0)), ['1=first'])
    })

    test('deletes what is there, and what is not there', async () => {
      const records = opened.store.records('retained')
      for (const key of ['a', 'b', 'c']) records.put(key, bytes('x'))
      records.delete('b')
      await committed(opened.store)
      records.delete('c')
      records.delete('never there')
      assert.deepEqual(await values(records.read('')), ['a=x'])
    })

    test('deletes a prefix: stored, written in the same turn, and not what is put after', async () => {
      const records = opened.store.records('sessions')
      for (const key of ['ann/1', 'ann/2', 'anna', 'bob']) records.put(key, bytes('stored'))
      await committed(opened.store)
      records.put('ann/3', bytes('same turn'))
      records.deleteAll('ann/')
      records.put('ann/2', bytes('after'))
      await committed(opened.store)
      assert.deepEqual(await values(records.read('')), ['ann/2=after', 'anna=stored', 'bob=stored'])
      records.deleteAll('')
      assert.deepEqual(await values(records.read('')), [])
    })

    test('keeps users apart, also where one name begins another', async () => {
      const { store } = opened
      for (const name of ['a', 'ab', 'a-b']) {
        store.records(name).put('k', bytes(name))
        store.sequence(name).append(1, bytes(`log ${name}`))
      }
      store.records('a').deleteAll('')
      store.sequence('a').trim(9)
      assert.deepEqual(await values(store.records('a').read('')), [])
      assert.deepEqual(await log(store.sequence('a').read(0)), [])
      assert.deepEqual(await values(store.records('ab').read('')), ['k=ab'])
      assert.deepEqual(await log(store.sequence('a-b').read(0)), ['1=log a-b'])
    })

    test('refuses names that could meet others', () => {
      for (const name of ['', 'a/b', 'A', 'ü']) {
        assert.throws(() => opened.store.records(name), /a name in the store/)
        assert.throws(() => opened.store.sequence(name), /a name in the store/)
      }
    })

    test('reads a sequence from any offset, with gaps, empty and long records', async () => {
      const sequence = opened.store.sequence('log')
      const long = 'l'.repeat(100_000)
      for (const [offset, record] of [
        [0, 'zero'],
        [3, ''],
        [4, long],
      ] as const)
        sequence.append(offset, bytes(record))
      await committed(opened.store)
      sequence.append(2 ** 40, bytes('far'))
      sequence.append(Number.MAX_SAFE_INTEGER, bytes('last'))
      const far = [`${2 ** 40}=far`, `${Number.MAX_SAFE_INTEGER}=last`]
      assert.deepEqual(await log(sequence.read(0)), ['0=zero', '3=', `4=${long}`, ...far])
      assert.deepEqual(await log(sequence.read(1)), ['3=', `4=${long}`, ...far])
      assert.deepEqual(await log(sequence.read(5)), far)
    })

    test('trims a sequence exactly, wherever groups ended', async () => {
      const { store } = opened
      const sequence = store.sequence('log')
      for (let offset = 1; offset <= 4; offset++) sequence.append(offset, bytes('a'))
      await committed(store)
      sequence.trim(2)
      sequence.append(5, bytes('b'))
      assert.deepEqual(await log(sequence.read(0)), ['3=a', '4=a', '5=b'])
      sequence.append(6, bytes('c'))
      sequence.trim(5)
      assert.deepEqual(await log(sequence.read(0)), ['6=c'])
      sequence.trim(1)
      assert.deepEqual(await log(sequence.read(0)), ['6=c'], 'a trim that is behind changes nothing')
      sequence.append(7, bytes('d'))
      sequence.trim(7)
      assert.deepEqual(await log(sequence.read(0)), [])
    })

    test('refuses an offset that does not rise', () => {
      const sequence = opened.store.sequence('log')
      sequence.append(4, bytes('x'))
      for (const offset of [4, 3, 4.5, 2 ** 53]) assert.throws(() => sequence.append(offset, bytes('y')), /rise/)
      sequence.trim(9)
      assert.throws(() => opened.store.sequence('log').append(9, bytes('y')), /rise/)
    })

    test('a reading sees what was written before it began, and nothing that was written after its first step', async () => {
      const [records, sequence] = [opened.store.records('retained'), opened.store.sequence('log')]
      for (let n = 0; n < 3_000; n++) records.put(offsetKey(n), bytes('before'))
      sequence.append(1, bytes('before'))
      const [first, firstRecord] = [records.read(''), sequence.read(0)].map((reading) =>
        reading[Symbol.asyncIterator](),
      )
      await Promise.all([first?.next(), firstRecord?.next()])
      for (let n = 0; n < 4_000; n++) records.put(offsetKey(n), bytes('later'))
      sequence.append(2, bytes('later'))
      await committed(opened.store)
      let count = 1
      for (let next = await first?.next(); next && !next.done; next = await first?.next()) {
        if ('value' in next.value) assert.equal(Buffer.from(next.value.value).toString(), 'before')
        count += 1
      }
      assert.equal(count, 3_000)
      assert.equal((await firstRecord?.next())?.done, true)
    })

    test('a reading may be left early', async () => {
      const records = opened.store.records('retained')
      for (let n = 0; n < 3_000; n++) records.put(offsetKey(n), bytes('x'))
      for await (const { key } of records.read('')) {
        assert.equal(key, offsetKey(0))
        break
      }
    })

    test('tells of what is committed in the order in which it was asked, also by those who ask when told', async () => {
      const { store } = opened
      const records = store.records('retained')
      const told: string[] = []
      records.put('a', bytes('1'))
      await new Promise<void>((resolve) => {
        store.committed(() => {
          told.push('first')
          store.committed(() => told.push(store.isDurable ? 'asked when told' : 'second'))
        })
        store.committed(() => told.push(store.isDurable ? 'second' : 'asked when told'))
        records.put('a', bytes('2'))
        store.committed(resolve)
      })
      store.committed(() => told.push('nothing open'))
      assert.deepEqual(told, ['first', 'second', 'asked when told', 'nothing open'])
    })

    test('agrees with a plain map whatever is done to it', async () => {
      const random = new Random(20_251_122)
      const records = opened.store.records('retained')
      const model = new Map<string, string>()
      for (let step = 0; step < 2_000; step++) {
        actAlike(records, model, random, `${step}`)
        if (random.below(40) === 0) await committed(opened.store)
      }
      const wanted = [...model].map(([key, value]) => `${key}=${value}`)
      assert.deepEqual((await values(records.read(''))).sort(), wanted.sort())
    })
  })
}

/** Does the same to both: a put mostly, a delete, or all of a prefix. */
function actAlike(records: Records, model: Map<string, string>, random: Random, value: string): void {
  const prefix = random.pick(['a', 'b', 'ab', ''])
  const key = `${prefix}/${random.below(20)}`
  const action = random.below(20)
  if (action === 0) {
    records.deleteAll(prefix)
    for (const each of model.keys()) if (each.startsWith(prefix)) model.delete(each)
  } else if (action < 5) {
    records.delete(key)
    model.delete(key)
  } else {
    records.put(key, bytes(value))
    model.set(key, value)
  }
}

suite('the key of an offset', () => {
  test('orders as the number does, up to the largest', () => {
    const offsets = [0, 1, 9, 10, 255, 256, 2 ** 32, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER]
    const keys = offsets.map(offsetKey)
    assert.deepEqual(keys.toSorted(), keys)
    assert.throws(() => offsetKey(-1), /safe integer/)
    assert.throws(() => offsetKey(2 ** 53), /safe integer/)
  })
})
