/**
 * What a delta costs: bytes, and microseconds to make it. Run alone it sets the figures beside the design's targets and,
 * if it is installed (`npm install --no-save fossil-delta`, or FOSSIL_DELTA=its file), beside fossil-delta on the same inputs.
 */
import { pathToFileURL } from 'node:url'
import { apply, diff } from '../../codecs/delta/index.js'
import type { Change } from './delta-inputs.js'
import { documentChanges, hostileChanges, listChanges, quoteChanges } from './delta-inputs.js'

/** One row. `bytes` of a value sent in full are those of the value. */
export interface DeltaFigure {
  readonly name: string
  readonly bytes: number
  readonly micros: number
}

type Encode = (base: Uint8Array, target: Uint8Array) => Uint8Array | null

/** The figures of this codec, or of another one. */
export function deltaFigures(encode: Encode = diff): DeltaFigure[] {
  return [...Object.entries(rows()).map(([name, changes]) => figure(name, changes, encode)), slowestHostile(encode)]
}

// Short rounds, so that on a shared machine most of them are not interrupted.
const rounds = 100
const roundMs = 3
const warmUpMs = 300

const rows = (): Readonly<Record<string, readonly Change[]>> => ({
  '205 B quote, three numbers changed': quoteChanges(1_000),
  '5 KB JSON, one change': documentChanges(100, 5_000, 1),
  '64 KB JSON, ten changes': documentChanges(20, 65_536, 10),
  '4 KB array, insert at the front': listChanges(50, false),
  '4 KB array, insert at the front, last dropped': listChanges(50, true),
})

function figure(name: string, changes: readonly Change[], encode: Encode): DeltaFigure {
  const bytes = changes.map(({ base, target }) => (encode(base, target) ?? target).length)
  return { name, bytes: bytes.reduce((sum, each) => sum + each, 0) / changes.length, micros: micros(changes, encode) }
}

function slowestHostile(encode: Encode): DeltaFigure {
  const all = Object.entries(hostileChanges(65_536)).map(([name, change]) => figure(name, [change], encode))
  const slowest = all.reduce((a, b) => (b.micros > a.micros ? b : a))
  return { ...slowest, name: `64 KB, the slowest of ${all.length} hostile pairs (${slowest.name})` }
}

/** The lower quartile of many rounds, which is the median of those that other programs disturbed least. */
function micros(changes: readonly Change[], encode: Encode): number {
  const once = warmedUpMs(changes, encode)
  const repeats = Math.max(1, Math.floor(roundMs / once))
  const count = once > roundMs ? 5 : rounds
  const times = Array.from({ length: count }, () => elapsedMs(changes, encode, repeats) / repeats)
  const sorted = times.sort((a, b) => a - b)
  return ((sorted[sorted.length >> 2] ?? 0) * 1_000) / changes.length
}

/** Lets the compiler finish, which takes its time where others want the processor too. Returns how long it took once, at last. */
function warmedUpMs(changes: readonly Change[], encode: Encode): number {
  const end = performance.now() + warmUpMs
  let once = elapsedMs(changes, encode, 1)
  while (performance.now() < end) once = elapsedMs(changes, encode, 1)
  return once
}

function elapsedMs(changes: readonly Change[], encode: Encode, repeats: number): number {
  const start = performance.now()
  for (let repeat = 0; repeat < repeats; repeat++) for (const { base, target } of changes) encode(base, target)
  return performance.now() - start
}

/** Microseconds to apply what `diff` makes, beside the rows above. */
function applyFigures(): DeltaFigure[] {
  return Object.entries(rows()).map(([name, changes]) => {
    const deltas = changes.map(({ base, target }) => ({ base, target: diff(base, target) ?? target }))
    return figure(name, deltas, (base, delta) => (apply(base, delta, 2 ** 20).kind === 'value' ? delta : null))
  })
}

async function fossil(): Promise<Encode | null> {
  const name = process.env.FOSSIL_DELTA ? pathToFileURL(process.env.FOSSIL_DELTA).href : 'fossil-delta'
  try {
    const { createDelta }: { createDelta: Encode } = await import(name)
    return createDelta
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

/** Bytes / µs of the design's prototype, in the order of the rows. */
const targets = ['17.4 / 0.7', '9 / 5.6', '90 / 72', '61 / 70']

const written = ({ bytes, micros }: DeltaFigure): string => `${bytes.toFixed(1)} / ${micros.toFixed(2)}`

async function print(): Promise<void> {
  const rival = await fossil()
  const [ours, theirs, applied] = [deltaFigures(), rival ? deltaFigures(rival) : [], applyFigures()]
  console.log('bytes / µs'.padEnd(78), 'rivulet'.padEnd(20), 'target'.padEnd(12), 'fossil-delta'.padEnd(22), 'apply µs')
  for (const [index, row] of ours.entries()) {
    const other = theirs[index]
    const cells = [row.name.padEnd(78), written(row).padEnd(20), (targets[index] ?? '').padEnd(12)]
    console.log(...cells, (other ? written(other) : '').padEnd(22), applied[index]?.micros.toFixed(2) ?? '')
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await print()
