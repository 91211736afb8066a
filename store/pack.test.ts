import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Random } from '../test/support/random.js'
import { Pack, unpacked } from './pack.js'

suite('a pack of records', () => {
  test('gives back what was added', () => {
    const random = new Random(3)
    const pack = new Pack(10_000)
    const added = Array.from({ length: 40 }, (_, n) => ({ offset: n * 2 ** 45, record: random.bytes(n) }))
    for (const { offset, record } of added) pack.add(offset, record)
    const found = [...unpacked(pack.bytes)].map(({ offset, record }) => ({ offset, record: Uint8Array.from(record) }))
    assert.deepEqual(found, added)
    assert.equal(pack.last, 39 * 2 ** 45)
  })

  test('takes a record longer than its bound alone, and does not keep its memory', () => {
    const pack = new Pack(100)
    const long = new Uint8Array(100_000)
    assert.equal(pack.fits(long), true)
    pack.add(1, long)
    assert.equal(pack.fits(new Uint8Array()), false)
    pack.clear()
    assert.equal(pack.isEmpty, true)
    pack.add(2, Uint8Array.of(7))
    assert.ok(pack.bytes.buffer.byteLength < 100_000)
  })

  test('that was cut anywhere but between two records is called damaged', () => {
    const pack = new Pack(1_000)
    pack.add(1, Uint8Array.of(1, 2, 3))
    pack.add(2, Uint8Array.of(4))
    const whole = Uint8Array.from(pack.bytes)
    for (let end = 1; end < whole.length; end++) {
      const cut = whole.subarray(0, end)
      if (end === 15) assert.equal([...unpacked(cut)].length, 1)
      else assert.throws(() => [...unpacked(cut)], { name: 'StoreError', fault: 'damaged' }, `cut at ${end}`)
    }
  })
})
