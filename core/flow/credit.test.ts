import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import type { Rest } from '../transport.js'
import { CreditWindow, creditBounds } from './credit.js'
import { Flights } from './flight.js'

const acknowledgeMs = 100

suite('credit window', () => {
  test('refuses an acknowledgement of more than was sent, or of less than one before [PROTOCOL 5.5]', () => {
    const credit = new CreditWindow(acknowledgeMs, new Flights())
    credit.sent(1_000, 0, 'waits')
    assert.equal(credit.acknowledge(1_001, 5), false)
    assert.equal(credit.acknowledge(600, 5), true)
    assert.equal(credit.acknowledge(599, 6), false)
    assert.equal(credit.acknowledge(600, 6), true)
    assert.equal(credit.unacknowledgedBytes, 400)
  })

  test('starts with 64 KiB, after which nothing fits until something is acknowledged', () => {
    const credit = new CreditWindow(acknowledgeMs, new Flights())
    credit.sent(creditBounds.startBytes, 0, 'waits')
    assert.equal(credit.roomBytes(1), 0)
    assert.equal(credit.fits(20_000), false)
    credit.acknowledge(40_000, 2)
    assert.ok(credit.roomBytes(3) > 16_000)
  })

  test('lets one item of any size leave when nothing is on its way', () => {
    const credit = new CreditWindow(acknowledgeMs, new Flights())
    assert.ok(credit.fits(10_000_000))
    credit.sent(10_000_000, 0, 'waits')
    assert.equal(credit.roomBytes(1), 0)
    assert.equal(credit.fits(1), false)
  })

  test('closes the gate while the oldest byte is overdue, long before the window is full', () => {
    const credit = new CreditWindow(acknowledgeMs, new Flights())
    credit.sent(100, 0, 'waits')
    credit.acknowledge(100, 40)
    credit.sent(2_000, 1_000, 'waits')
    assert.ok(credit.roomBytes(1_280) > 0)
    assert.equal(credit.roomBytes(1_300), 0)
    credit.acknowledge(2_100, 1_400)
    assert.ok(credit.roomBytes(1_400) > 0)
  })

  test('never closes over a trifle: a reader whose timer sleeps still gets a slow feed', () => {
    const credit = new CreditWindow(acknowledgeMs, new Flights())
    credit.sent(200, 0, 'waits')
    assert.ok(credit.roomBytes(60_000) > 0)
  })

  test('remembers little of much that is on its way, and the age of the oldest byte exactly', () => {
    const credit = new CreditWindow(acknowledgeMs, new Flights())
    credit.sent(1, 0, 'waits')
    credit.acknowledge(1, 10)
    for (let count = 0; count < 5_000; count++) credit.sent(1, 100 + count / 25, 'waits')
    assert.ok(credit.roomBytes(355) > 0)
    assert.equal(credit.roomBytes(365), 0)
    for (let count = 0; count < 5_000; count++) credit.sent(1, 400 + 20 * count, 'waits')
    assert.ok(JSON.stringify(credit).length < 2_000)
  })

  test('sets flushes over a long path apart, so that not every update is a packet, and none over a local one', () => {
    for (const { bytes, tripMs, rest, spacingMs } of [
      { bytes: 100, tripMs: 5, rest: 'nothing', spacingMs: 0 },
      { bytes: 100, tripMs: 80, rest: 'nothing', spacingMs: 40 },
      { bytes: 100, tripMs: 400, rest: 'nothing', spacingMs: 400 },
      { bytes: 100, tripMs: 400, rest: 'waits', spacingMs: 200 },
      { bytes: 100, tripMs: 4_000, rest: 'nothing', spacingMs: creditBounds.spacingAllMostMs },
      { bytes: 100, tripMs: 4_000, rest: 'waits', spacingMs: creditBounds.spacingSmallMostMs },
      { bytes: 5_000, tripMs: 80, rest: 'nothing', spacingMs: 20 },
      { bytes: 5_000, tripMs: 4_000, rest: 'nothing', spacingMs: creditBounds.spacingMostMs },
    ] as const) {
      const credit = new CreditWindow(acknowledgeMs, new Flights())
      credit.sent(100, 0, 'waits')
      credit.acknowledge(100, tripMs)
      assert.equal(credit.spacingMs(5_000), 0, 'with nothing on its way')
      credit.sent(bytes, 5_000, rest)
      assert.equal(credit.spacingMs(5_000), spacingMs, `${tripMs} ms`)
      assert.equal(credit.spacingMs(5_000 + spacingMs), 0, `${tripMs} ms, later`)
    }
  })

  test('a flush that one step could not hold goes on at once, up to the bytes of a flush', () => {
    const credit = new CreditWindow(acknowledgeMs, new Flights())
    credit.sent(100, 0, 'waits')
    credit.acknowledge(100, 80)
    const flushBytes = credit.roomBytes(1_000)
    credit.sent(3_000, 1_000, 'follows')
    assert.deepEqual([credit.spacingMs(1_001), credit.roomBytes(1_001)], [0, flushBytes - 3_000])
    credit.sent(flushBytes - 3_000, 1_001, 'follows')
    assert.ok(credit.spacingMs(1_002) > 0)
    assert.equal(credit.roomBytes(1_021), flushBytes, 'the next one')
    credit.sent(3_000, 1_021, 'follows')
    assert.deepEqual([credit.spacingMs(1_022), credit.roomBytes(1_022)], [0, flushBytes - 3_000])
    credit.sent(100, 1_022, 'waits')
    assert.ok(credit.spacingMs(1_023) > 0, 'the rest of it')
  })

  test('what waited for a lost packet and then arrives all at once is not taken for the rate of the path', () => {
    const credit = new CreditWindow(acknowledgeMs, new Flights())
    credit.sent(1_000, 0, 'waits')
    credit.acknowledge(1_000, 600)
    credit.sent(5_000, 1_000, 'waits')
    credit.sent(5_000, 1_600, 'waits')
    credit.acknowledge(3_000, 4_000)
    credit.acknowledge(11_000, 4_000)
    // Drains: one packet, whose round trip is the path's again.
    credit.sent(1_000, 4_000, 'waits')
    credit.acknowledge(12_000, 4_600)
    credit.sent(100, 5_000, 'waits')
    assert.ok(!credit.fits(6_000), 'ten thousand bytes took three seconds')
  })

  test('has room, or something is unacknowledged, whatever happens', () => {
    const step = fc.record({
      ms: fc.nat(2_000),
      bytes: fc.integer({ min: 1, max: 200_000 }),
      share: fc.nat(4),
      rest: fc.constantFrom<Rest>('nothing', 'waits', 'follows'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const credit = new CreditWindow(acknowledgeMs, new Flights())
        let nowMs = 0
        for (const { ms, bytes, share, rest } of steps) {
          nowMs += ms
          const room = credit.roomBytes(nowMs)
          assert.ok(room > 0 || credit.unacknowledgedBytes > 0)
          assert.ok(room <= creditBounds.mostBytes)
          if (room > 0) credit.sent(Math.min(bytes, Math.ceil(room)), nowMs, rest)
          assert.ok(
            credit.acknowledge(credit.totalBytes - Math.floor((credit.unacknowledgedBytes * share) / 4), nowMs + 1),
          )
        }
      }),
    )
  })
})
