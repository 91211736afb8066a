/**
 * What it costs to make things durable: as much as the store takes, and at a rate of 200,000 records a second.
 *
 * A record has 100 bytes that do not compress. They are appended to one log, or put under 50,000 keys in turn. The folder is a
 * new one in the system's folder for temporary files; `node --import tsx bench/micro/store.ts FOLDER` takes one on another disk.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NodeClock } from '../../cli/node-clock.js'
import type { CommitMode } from '../../store/index.js'
import { LevelStore } from '../../store/index.js'

/** One measured value. */
export interface StoreFigure {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const recordCount = 600_000
const recordsPerTurnMax = 500
const keyCount = 50_000
const offeredPerSecond = 200_000

type Write = (store: LevelStore) => (n: number) => void

const writes: Readonly<Record<string, Write>> = {
  append: (store) => {
    const log = store.sequence('log')
    return (n) => log.append(n, recordOf(n))
  },
  put: (store) => {
    const records = store.records('retained')
    return (n) => records.put(`site/${n % keyCount}/temperature`, recordOf(n))
  },
}

const noise = Uint8Array.from({ length: 65_536 }, (_, index) => (Math.imul(index, 2_654_435_761) >>> 13) & 0xff)
const recordOf = (n: number): Uint8Array => noise.subarray(n % 65_000, (n % 65_000) + 100)

/** All figures of this page. */
export async function storeFigures(folder: string): Promise<StoreFigure[]> {
  const figures: StoreFigure[] = []
  for (const mode of ['interval', 'always'] as const) {
    for (const [name, write] of Object.entries(writes)) {
      figures.push(...(await measured(folder, mode, `${mode}, ${name}, as fast as it goes`, write, Infinity)))
      figures.push(...(await measured(folder, mode, `${mode}, ${name}, 200,000/s offered`, write, offeredPerSecond)))
    }
  }
  return figures
}

async function measured(parent: string, mode: CommitMode, name: string, write: Write, perSecond: number) {
  const folder = mkdtempSync(join(parent, 'rivulet-store-bench-'))
  const failed = (error: Error): never => {
    throw error
  }
  const store = await LevelStore.open({ folder, mode, clock: new NodeClock(), failed })
  const run = await written(store, write(store), perSecond)
  await store.close()
  rmSync(folder, { recursive: true })
  return [
    { name: `${name}: records`, value: recordCount / run.seconds, unit: '1/s' },
    { name: `${name}: the loop's share`, value: (100 * run.loopMs) / run.seconds / 1_000, unit: '%' },
    { name: `${name}: from a write to its commit, median`, value: quantile(run.commitsMs, 0.5), unit: 'ms' },
    { name: `${name}: the same, p99`, value: quantile(run.commitsMs, 0.99), unit: 'ms' },
    { name: `${name}: longest step of the loop`, value: quantile(run.stepsMs, 1), unit: 'ms' },
  ]
}

/** Writes all records in turns of the loop, no more than so many a second and no more than the store takes. */
async function written(store: LevelStore, write: (n: number) => void, perSecond: number) {
  const commitsMs: number[] = []
  const stepsMs: number[] = []
  const start = performance.now()
  for (let count = 0; count < recordCount; ) {
    const now = performance.now()
    const due = Math.min(recordCount, count + recordsPerTurnMax, Math.floor(((now - start) / 1_000) * perSecond))
    if (count < due) {
      while (count < due) write(count++)
      store.committed(() => commitsMs.push(performance.now() - now))
      stepsMs.push(performance.now() - now)
    }
    await (store.isBehind ? committed(store) : turn())
  }
  await committed(store)
  const loopMs = stepsMs.reduce((sum, ms) => sum + ms, 0)
  return { commitsMs, stepsMs, loopMs, seconds: (performance.now() - start) / 1_000 }
}

const committed = (store: LevelStore): Promise<void> => new Promise((resolve) => store.committed(resolve))

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, value, unit } of await storeFigures(process.argv[2] ?? tmpdir())) {
    console.log(`${value.toFixed(2).padStart(12)} ${unit}  ${name}`)
  }
}
