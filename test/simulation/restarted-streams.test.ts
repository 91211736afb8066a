import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Gateway } from '../../core/index.js'
import { parseSelector, selectorMatches } from '../../core/index.js'
import { publication, text } from '../support/memory-peer.js'
import { Random } from '../support/random.js'
import { startedOn } from '../support/restarted.js'
import { principal } from '../support/scripted-access.js'
import { CopiedStore } from './copied-store.js'
import { CutReader } from './cut-streams.js'

const only = process.env.SEED
const seeds = only ? [Number(only)] : Array.from({ length: Number(process.env.SEEDS ?? 20) }, (_, index) => index + 1)

/** With and without topics that are not stored. */
const storedOnly = ['kept/#', 'kept/0', 'kept/+', '{kept,other}/1']
const others = ['#', 'passing/#', 'passing/1', '~"k.*"/#']
const clerk = principal('clerk')
const topics = 40

/** A gateway that is killed again and again, and what is said of it. */
class Lives {
  readonly readers: readonly CutReader[]
  /** What the disk had a while ago: so much a power cut, or a slow disk, may leave. */
  private earlier: CopiedStore | null = null

  constructor(
    readonly random: Random,
    private store: CopiedStore,
    private made: Awaited<ReturnType<typeof startedOn>>,
  ) {
    this.readers = [...storedOnly, ...others].map((selector) => {
      const query = new URLSearchParams({
        topic: selector,
        ...(random.below(3) === 0 && { rate: random.pick(['20/s', '2/s']) }),
      })
      return new CutReader(this.gateway, random, `${query}`)
    })
    for (const reader of this.readers) reader.open()
  }

  get gateway(): Gateway {
    return this.made.gateway
  }

  advance(ms: number): void {
    this.made.clock.advance(ms)
  }

  change(): void {
    const branch = this.random.pick(['kept', 'kept', 'passing'])
    const path = `${branch}/${this.random.below(topics)}`
    const properties = branch === 'kept' ? { persist: true } : null
    const message =
      this.random.below(10) === 0
        ? ({ kind: 'remove', request: 1, selector: path } as const)
        : publication(path, `${this.random.below(1_000_000)}`, { sequence: 1, properties })
    this.gateway.request(clerk, message, () => undefined)
  }

  async remember(): Promise<void> {
    this.earlier = await this.store.copy()
  }

  /** `isLate`: what was written last is lost. */
  async kill(isLate: boolean): Promise<void> {
    this.store = await ((isLate && this.earlier) || this.store).copy()
    this.made = await startedOn(this.store, undefined, { seed: this.random.below(1_000_000) })
    // A gateway serves nobody before the offsets that it gives are reserved.
    await this.remember()
    for (const reader of this.readers) reader.movesTo(this.gateway)
    // Before anybody is back things may change.
    for (let changes = this.random.below(4); changes > 0; changes--) this.change()
    for (const reader of this.readers) reader.open()
  }

  /** Everybody reads everything for so many tenths of a second. */
  readOn(turns: number): void {
    for (let turn = 0; turn < turns; turn++) {
      this.advance(100)
      for (const reader of this.readers) reader.readAll()
    }
  }

  /** All have what there is. */
  check(): void {
    this.readOn(100)
    for (const [index, reader] of this.readers.entries()) {
      const selector = [...storedOnly, ...others][index] ?? ''
      assert.deepEqual([...reader.values].sort(), this.valuesOf(selector).sort(), selector)
    }
  }

  private valuesOf(asked: string): [string, number][] {
    const parsed = parseSelector(asked)
    assert.ok(parsed.kind === 'selector')
    const paths = ['kept', 'passing'].flatMap((branch) => Array.from({ length: topics }, (_, at) => `${branch}/${at}`))
    return paths.flatMap((path) => {
      const topic = this.gateway.topics.tree.find(path)
      if (!topic?.hasValue || !selectorMatches(parsed.selector, path.split('/'))) return []
      const pair: [string, number] = [path, Number(text(this.gateway.topics.valueView(topic)))]
      return [pair]
    })
  }
}

/** `isLossy`: kills may take what was written last; else all is written, and noted, when one comes. */
async function run(seed: number, isLossy: boolean): Promise<Lives> {
  const random = new Random(seed)
  const store = new CopiedStore()
  const lives = new Lives(random, store, await startedOn(store, undefined, { seed }))
  // Who was not told all that comes first begins anew.
  lives.readOn(5)
  for (let step = 0; step < 300; step++) {
    for (let changes = random.below(4); changes > 0; changes--) lives.change()
    lives.advance(random.below(60))
    for (const reader of lives.readers) {
      if (random.below(3) > 0) reader.read()
      if (random.below(40) > 0) continue
      reader.cut()
      reader.open()
    }
    if (random.below(10) === 0) await lives.remember()
    if (step % 10 < 9) continue
    if (!isLossy) lives.advance(1_100)
    await lives.kill(isLossy && random.below(2) === 0)
  }
  lives.check()
  return lives
}

suite('event streams of a gateway that is killed and started again', () => {
  for (const seed of seeds) {
    test(`end up with what there is, whatever was lost (replay: SEED=${seed} npx mocha test/simulation/restarted-streams.test.ts) [SEM 1.2]`, async () => {
      await run(seed, true)
    })

    test(`go on exactly where they were over topics that are stored (replay: SEED=${seed} npx mocha test/simulation/restarted-streams.test.ts) [SEM 1.6]`, async () => {
      const { readers } = await run(seed, false)
      const exact = readers.slice(0, storedOnly.length)
      assert.deepEqual(
        exact.map(({ resyncs }) => resyncs),
        storedOnly.map(() => 0),
      )
      // Behind what was held back for a rate all is told again.
      assert.deepEqual(
        exact.flatMap(({ faults }) => faults).filter((fault) => !fault.includes('rate')),
        [],
      )
      assert.ok(readers.slice(storedOnly.length).some(({ resyncs }) => resyncs > 0))
    })
  }
})
