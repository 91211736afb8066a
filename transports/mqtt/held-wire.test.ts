import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { HeldWire } from './held-wire.js'
import type { Wire } from './wire.js'

/** A wire that may have to hold, what left it, and the stores that its goes wait for. */
function holding() {
  const left: number[] = []
  const stores: (() => void)[] = []
  const wire: Wire = {
    isBusy: false,
    write: (bytes) => left.push(bytes.length),
    pause: () => undefined,
    resume: () => undefined,
    end: () => undefined,
  }
  const held = new HeldWire(wire, { stored: (done) => stores.push(done), sent: () => undefined })
  held.welcome(true)
  const go = (...lengths: readonly number[]) =>
    held.around(() => {
      for (const length of lengths) held.write(new Uint8Array(length), null)
    })
  return { held, go, left, stores }
}

suite('a wire that holds', () => {
  test('lets go what each go wrote once that is stored, and what came behind it with it', () => {
    const { held, go, left, stores } = holding()
    go(1, 2)
    go(3)
    held.storedFirst()
    go(4)
    assert.deepEqual(left, [])
    stores[0]?.()
    assert.deepEqual(left, [1, 2, 3])
    assert.ok(held.isHolding)
    stores[1]?.()
    assert.deepEqual([left.at(-1), held.isHolding], [4, false])
  })

  test('takes a hundred thousand goes while one store is slow, and lets them go in their order', () => {
    const { held, go, left, stores } = holding()
    for (let count = 0; count < 100_000; count++) {
      held.storedFirst()
      go(count % 7)
    }
    for (const stored of stores) stored()
    assert.equal(left.length, 100_000)
    assert.ok(left.every((length, index) => length === index % 7))
    assert.ok(!held.isHolding)
  })

  test('lets nothing go that it held when it ended', () => {
    const { held, go, left, stores } = holding()
    go(1)
    held.end(null)
    stores[0]?.()
    assert.deepEqual(left, [])
  })
})
