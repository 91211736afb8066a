import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { CreditWindow } from './credit.js'
import { Flights } from './flight.js'

const acknowledgeMs = 200
const acknowledgeBytes = 40_000

/** What a path does at a time: bytes a millisecond, and the round trip with nothing queued. */
interface Path {
  readonly rate: (atMs: number) => number
  readonly tripMs: (atMs: number) => number
}

/** What the gateway's side has to say: bytes owed at a time, in items of one size. */
interface Feed {
  readonly itemBytes: number
  readonly flushMs: number
  owed(atMs: number): number
  taken(bytes: number): void
}

interface Flushed {
  readonly atMs: number
  readonly bytes: number
  /** Until the last byte is through the narrowest place of the path, with what stood before it. */
  readonly queueMs: number
}

/** Values that change at `bytesPerMs`; what is newer replaces what is owed, so that never more than `mostBytes` is. */
function conflating(bytesPerMs: number, mostBytes = Number.POSITIVE_INFINITY, itemBytes = 50): Feed {
  let owed = 0
  let lastMs = 0
  return {
    itemBytes,
    flushMs: 10,
    owed: (atMs) => {
      owed = Math.min(mostBytes, owed + (atMs - lastMs) * bytesPerMs)
      lastMs = atMs
      return owed
    },
    taken: (bytes) => {
      owed -= bytes
    },
  }
}

const endless = (itemBytes: number): Feed => ({ itemBytes, flushMs: 1, owed: () => 1e7, taken: () => undefined })

const quoteFeed = () => conflating(25, 2_500)

/** Gateway, path and reader on virtual time: a queue at the narrowest place, and acknowledgements as [PROTOCOL 5.3] asks. */
class SimulatedPath {
  readonly flushes: Flushed[] = []
  readonly credit = new CreditWindow(acknowledgeMs, new Flights())
  arrivedBytes = 0
  acknowledgements = 0
  timesBlocked = 0
  isStalled = false
  private readonly tasks: { atMs: number; run: () => void }[] = []
  private nowMs = 0
  private pathFreeMs = 0
  /** Nothing overtakes: when the last thing sent arrives there, and the last acknowledgement back here. */
  private thereMs = 0
  private backMs = 0
  private acknowledgedBytes = 0
  private acknowledgedMs = Number.NEGATIVE_INFINITY
  private hasTimer = false
  private flushedMs = Number.NEGATIVE_INFINITY
  private readonly path: Path
  private readonly feed: Feed

  constructor(path: Path, feed: Feed) {
    this.path = path
    this.feed = feed
    this.at(0, () => this.tick())
  }

  run(untilMs: number): this {
    for (let next = this.tasks[0]; next !== undefined && next.atMs <= untilMs; next = this.tasks[0]) {
      this.tasks.shift()
      this.nowMs = next.atMs
      next.run()
    }
    return this
  }

  /** What was flushed in a span of time: KB a second, and the slowest of all but 5 %. */
  between(fromMs: number, toMs: number): { rate: number; queueMs: number } {
    const flushes = this.flushes.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    const queues = flushes.map(({ queueMs }) => queueMs).sort((a, b) => a - b)
    const bytes = flushes.reduce((sum, flush) => sum + flush.bytes, 0)
    return { rate: bytes / (toMs - fromMs), queueMs: queues[Math.floor(queues.length * 0.95)] ?? 0 }
  }

  private at(atMs: number, run: () => void): void {
    const index = this.tasks.findLastIndex((task) => task.atMs <= atMs)
    this.tasks.splice(index + 1, 0, { atMs, run })
  }

  private tick(): void {
    this.flush()
    this.at(this.nowMs + this.feed.flushMs, () => this.tick())
  }

  private flush(): void {
    const owed = this.feed.owed(this.nowMs)
    const { itemBytes, flushMs } = this.feed
    if (owed < itemBytes || this.nowMs < this.flushedMs + flushMs) return
    if (this.credit.spacingMs(this.nowMs) > 0) return
    const room = this.credit.roomBytes(this.nowMs)
    const items = Math.floor(Math.min(owed, room) / itemBytes)
    if (items > 0) this.send(items * itemBytes)
    else if (room > 0 && this.credit.fits(itemBytes)) this.send(itemBytes)
    else this.timesBlocked++
  }

  private send(bytes: number): void {
    this.flushedMs = this.nowMs
    this.feed.taken(bytes)
    this.credit.sent(bytes, this.nowMs, 'waits')
    this.carry(bytes)
  }

  /** Through the narrowest place, in order. */
  carry(bytes: number): void {
    const startMs = Math.max(this.nowMs, this.pathFreeMs)
    this.pathFreeMs = startMs + bytes / this.path.rate(startMs)
    this.flushes.push({ atMs: this.nowMs, bytes, queueMs: this.pathFreeMs - this.nowMs })
    this.thereMs = Math.max(this.thereMs, this.pathFreeMs + this.path.tripMs(this.nowMs) / 2)
    this.at(this.thereMs, () => this.arrive(bytes))
  }

  private arrive(bytes: number): void {
    if (this.isStalled) return
    this.arrivedBytes += bytes
    const isMuch = this.arrivedBytes - this.acknowledgedBytes >= acknowledgeBytes
    if (isMuch || this.nowMs - this.acknowledgedMs >= acknowledgeMs) this.acknowledge()
    else if (!this.hasTimer) this.at(this.acknowledgedMs + acknowledgeMs, () => this.timerFired())
    this.hasTimer ||= this.arrivedBytes > this.acknowledgedBytes
  }

  private timerFired(): void {
    this.hasTimer = false
    if (this.arrivedBytes > this.acknowledgedBytes && !this.isStalled) this.acknowledge()
  }

  private acknowledge(): void {
    const bytes = this.arrivedBytes
    this.acknowledgedBytes = bytes
    this.acknowledgedMs = this.nowMs
    this.acknowledgements++
    this.backMs = Math.max(this.backMs, this.nowMs + this.path.tripMs(this.nowMs) / 2)
    this.at(this.backMs, () => {
      assert.ok(this.credit.acknowledge(bytes, this.nowMs))
      this.flush()
    })
  }
}

const steady = (rate: number, tripMs: number): Path => ({ rate: () => rate, tripMs: () => tripMs })

/** Round trips that wander by up to `byMs`, and now and then take a lost packet's 250 ms longer. Same seed, same path. */
function jittering(path: Path, byMs: number, seed: number): Path {
  const noise = (index: number) => Math.abs(Math.sin((index + seed) * 12.9898) * 43_758.5453) % 1
  const lateMs = (atMs: number) => (noise(Math.floor(atMs / 200)) < 0.02 ? 250 : 0)
  return { rate: path.rate, tripMs: (atMs) => path.tripMs(atMs) + noise(Math.floor(atMs / 10)) * byMs + lateMs(atMs) }
}

const fallingRate = (atMs: number) => (atMs >= 20_000 && atMs < 60_000 ? 6.25 : 625)

suite('credit window over a simulated path', () => {
  for (const tripMs of [1, 20, 60]) {
    test(`is never the limit of a steady 345 KB/s feed at ${tripMs} ms, and costs ten acknowledgements a second`, () => {
      const path = new SimulatedPath(steady(100_000, tripMs), conflating(345, Number.POSITIVE_INFINITY, 115)).run(
        60_000,
      )
      assert.equal(path.timesBlocked, 0)
      assert.ok(path.acknowledgements <= 601, `${path.acknowledgements} in a minute`)
    })
  }

  for (const [rate, tripMs] of [
    [100_000, 1],
    [12_500, 20],
    [625, 40],
    [625, 200],
  ] as const) {
    test(`fills ${rate} KB/s at ${tripMs} ms and queues no more than 300 ms there`, () => {
      const { rate: reached, queueMs } = new SimulatedPath(steady(rate, tripMs), endless(100))
        .run(20_000)
        .between(3_000, 20_000)
      assert.ok(reached > 0.85 * rate, `${reached} KB/s`)
      assert.ok(queueMs < 300, `${queueMs} ms`)
    })
  }

  test('lets 100 KB values pass at tens of MB a second', () => {
    const { rate } = new SimulatedPath(steady(100_000, 1), endless(100_000)).run(5_000).between(1_000, 5_000)
    assert.ok(rate > 30_000, `${rate} KB/s`)
  })

  for (const { tripMs, fallMs, rate, freeRate = 23 } of [
    { tripMs: 40, fallMs: 1_400, rate: 5.5 },
    { tripMs: 200, fallMs: 1_700, rate: 5, freeRate: 22 },
    // At 300 ms between flushes: of what changes every 100 ms each third version leaves.
    { tripMs: 600, fallMs: 2_900, rate: 2.5, freeRate: 8 },
  ]) {
    test(`follows a fall from 5 Mbit/s to 50 kbit/s at ${tripMs} ms, and the recovery`, () => {
      const path = new SimulatedPath({ rate: fallingRate, tripMs: () => tripMs }, quoteFeed()).run(90_000)
      const [before, fall, thin, after] = [
        path.between(2_000, 20_000),
        path.between(20_000, 26_000),
        path.between(30_000, 60_000),
        path.between(65_000, 90_000),
      ]
      assert.ok(before.queueMs < 5 && after.queueMs < 5)
      assert.ok(after.rate > freeRate, `${after.rate} KB/s after`)
      assert.ok(fall.queueMs < fallMs, `${fall.queueMs} ms while it falls`)
      assert.ok(thin.queueMs < 500, `${thin.queueMs} ms`)
      assert.ok(thin.rate > rate, `${thin.rate} KB/s`)
    })
  }

  for (const seed of [1, 2, 3]) {
    test(`does so with a wandering round trip and lost packets (seed ${seed})`, () => {
      const path = new SimulatedPath(jittering({ rate: fallingRate, tripMs: () => 60 }, 60, seed), quoteFeed()).run(
        90_000,
      )
      const [before, thin, after] = [
        path.between(2_000, 20_000),
        path.between(30_000, 60_000),
        path.between(65_000, 90_000),
      ]
      assert.ok(before.rate > 22 && after.rate > 22, `${before.rate} KB/s before, ${after.rate} KB/s after`)
      assert.ok(thin.rate > 3.5, `${thin.rate} KB/s`)
      assert.ok(thin.queueMs < 600, `${thin.queueMs} ms`)
    })
  }

  test('learns a thin path from a first flush that fills it for seconds', () => {
    const path = new SimulatedPath(steady(6.25, 40), quoteFeed())
    path.credit.sent(10_000, 0, 'waits')
    path.carry(10_000)
    const { rate, queueMs } = path.run(30_000).between(8_000, 30_000)
    assert.ok(rate > 5, `${rate} KB/s`)
    assert.ok(queueMs < 500, `${queueMs} ms`)
  })

  test('does not take a path that became longer for a queue', () => {
    const tripMs = (atMs: number) => (atMs < 20_000 ? 40 : 600)
    const path = new SimulatedPath({ rate: () => 625, tripMs }, quoteFeed()).run(40_000)
    // All 2,500 bytes that are owed, every 300 ms.
    assert.ok(path.between(20_000, 26_000).rate > 6, `${path.between(20_000, 26_000).rate} KB/s at first`)
    assert.ok(path.between(26_000, 40_000).rate > 8)
  })

  for (const { tripMs, rate } of [
    { tripMs: 400, rate: 350 },
    { tripMs: 600, rate: 250 },
  ]) {
    test(`widens for what owes much after a quiet time at ${tripMs} ms`, () => {
      const feed = quoteFeed()
      const path = new SimulatedPath(steady(625, tripMs), feed).run(60_000)
      Object.assign(feed, endless(50))
      const { rate: reached } = path.run(120_000).between(90_000, 120_000)
      assert.ok(reached > rate, `${reached} KB/s`)
    })
  }

  test('gives a reader that stalls at 500 KB/s no more than the window', () => {
    const path = new SimulatedPath(steady(100_000, 1), conflating(500, Number.POSITIVE_INFINITY, 100)).run(20_000)
    path.isStalled = true
    path.run(80_000)
    assert.ok(path.credit.unacknowledgedBytes <= 70_000, `${path.credit.unacknowledgedBytes} bytes`)
  })

  test('narrows again when what widened it is over', () => {
    const quotes = quoteFeed()
    const feed = endless(50)
    const path = new SimulatedPath(steady(12_500, 20), feed).run(5_000)
    assert.ok(path.credit.unacknowledgedBytes > 500_000)
    Object.assign(feed, quotes)
    path.run(20_000)
    assert.deepEqual(
      [10_000, 40_000].map((bytes) => path.credit.fits(bytes)),
      [true, false],
    )
  })
})
