import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { ValueStore } from './value-store.js'

const seed = 18

/** A store with the owners that a topic tree would be, and what each should hold in a plain map. */
class Owners {
  readonly store = new ValueStore()
  readonly places = new Map<number, number>()
  readonly model = new Map<number, Uint8Array>()
  moves = 0

  put(owner: number, value: Uint8Array): void {
    this.release(owner)
    this.places.set(owner, this.store.put(owner, value))
    this.model.set(owner, value.slice())
  }

  release(owner: number): void {
    const [place, value] = [this.places.get(owner), this.model.get(owner)]
    if (place !== undefined && value !== undefined) this.store.release(place, value.length)
    this.places.delete(owner)
    this.model.delete(owner)
  }

  compact(slabs: number): void {
    const isOwner = (owner: number, place: number) => this.places.get(owner) === place
    this.store.compact(slabs, isOwner, (owner, _, place) => {
      this.moves += 1
      this.places.set(owner, place)
    })
  }

  check(): void {
    for (const [owner, value] of this.model) {
      assert.deepEqual(this.store.view(this.places.get(owner) ?? -1, value.length), value)
    }
  }
}

const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte)

const lengths = fc.oneof(fc.nat(40), fc.nat(20_000), fc.constantFrom(0, 16_384, 16_385, 65_528, 65_536, 200_000))
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), owner: fc.nat(60), length: lengths }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('release' as const), owner: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), slabs: fc.integer({ min: 1, max: 9 }) }) },
)

suite('the store of values', () => {
  test('gives back what was put in, whatever is put, released and compacted', () => {
    const isAMap = (actions: readonly (typeof action extends fc.Arbitrary<infer Action> ? Action : never)[]) => {
      const owners = new Owners()
      for (const [index, each] of actions.entries()) {
        if (each.kind === 'put') owners.put(each.owner, filled(each.length, index))
        else if (each.kind === 'release') owners.release(each.owner)
        else owners.compact(each.slabs)
      }
      owners.check()
    }
    fc.assert(fc.property(fc.array(action, { maxLength: 100 }), isAMap), { seed, numRuns: 150 })
  })

  test('copies the bytes: a receive buffer may be used again', () => {
    const owners = new Owners()
    const buffer = Uint8Array.of(1, 2, 3)
    owners.put(1, buffer)
    buffer.fill(9)
    owners.check()
  })

  test('packs small values into slabs of 64 KiB', () => {
    const owners = new Owners()
    assert.equal(owners.store.heldBytes, 0)
    for (let owner = 0; owner < 600; owner++) owners.put(owner, filled(100, owner))
    assert.equal(owners.store.heldBytes, 65_536 * 2)
  })

  test('gives a value above 4 KiB memory of its own, and that memory back with the value', () => {
    const owners = new Owners()
    owners.put(1, filled(4_096, 1))
    owners.put(2, filled(4_097, 2))
    assert.equal(owners.store.heldBytes, 65_536 + 4_097)
    owners.release(2)
    assert.equal(owners.store.heldBytes, 65_536)
  })

  test('the bytes of a value in memory of its own stay as they are for who holds them, whatever comes after', () => {
    const owners = new Owners()
    const value = filled(5_000, 1)
    owners.put(1, value)
    const held = owners.store.view(owners.places.get(1) ?? -1, value.length)
    assert.deepEqual([owners.store.isLasting(5_000), owners.store.isLasting(4_096)], [true, false])
    value.fill(9)
    for (let round = 0; round < 40; round++) owners.put(1, filled(5_000, round))
    owners.compact(100)
    assert.deepEqual(held, filled(5_000, 1))
  })

  test('fills the memory of released values again', () => {
    const owners = new Owners()
    for (let round = 0; round < 20; round++) {
      for (let owner = 0; owner < 2_000; owner++) owners.put(owner, filled(100, round))
    }
    // 2,000 values of 112 bytes are 4 slabs; one round lies beside the next while it replaces it.
    assert.ok(owners.store.heldBytes <= 65_536 * 10, `${owners.store.heldBytes} bytes`)
    owners.check()
  })

  test('gives the memory of very many values back when they are gone', () => {
    const owners = new Owners()
    for (let owner = 0; owner < 60_000; owner++) owners.put(owner, filled(100, owner))
    assert.ok(owners.store.heldBytes > 6_000_000)
    for (let owner = 0; owner < 60_000; owner++) owners.release(owner)
    assert.ok(owners.store.heldBytes <= 65_536 * 20, `${owners.store.heldBytes} bytes`)
    owners.put(1, filled(100, 1))
    owners.check()
  })

  test('empties slabs that are mostly dead when it is compacted, and only those', () => {
    const owners = new Owners()
    for (let owner = 0; owner < 20_000; owner++) owners.put(owner, filled(100, owner))
    owners.compact(1_000)
    assert.equal(owners.moves, 0)
    for (let owner = 0; owner < 20_000; owner++) if (owner % 10 > 0) owners.release(owner)
    const before = owners.store.heldBytes
    owners.compact(1_000)
    assert.ok(owners.moves > 1_000)
    assert.ok(owners.store.heldBytes < before, 'memory came back')
    owners.check()
    const { moves } = owners
    owners.compact(1_000)
    assert.equal(owners.moves, moves, 'what was moved together stays')
  })

  test('looks at a few slabs at a time, each in its turn', () => {
    const owners = new Owners()
    for (let owner = 0; owner < 6_000; owner++) owners.put(owner, filled(100, owner))
    for (let owner = 0; owner < 6_000; owner++) if (owner % 10 > 0) owners.release(owner)
    const moved: number[] = []
    for (let step = 0; step < 12; step++) {
      owners.compact(1)
      moved.push(owners.moves)
    }
    assert.ok(
      moved.every((moves, index) => moves - (moved[index - 1] ?? 0) <= 59),
      'one slab a step',
    )
    assert.ok((moved.at(-1) ?? 0) >= 500, 'and none is left out')
  })

  test('big values between slabs take no look away from them', () => {
    const owners = new Owners()
    for (let owner = 0; owner < 1_200; owner++) owners.put(owner, filled(owner % 2 === 0 ? 100 : 5_000, owner))
    for (let owner = 0; owner < 1_200; owner += 2) if (owner % 20 > 0) owners.release(owner)
    for (let step = 0; step < 5; step++) owners.compact(1)
    assert.ok(owners.moves > 0)
    owners.check()
  })

  test('knows no slab that it did not make', () => {
    assert.throws(() => new ValueStore().view(0, 1), /no slab 0/)
  })
})
