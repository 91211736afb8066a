import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../support/memory-gateway.js'
import { publication } from '../support/memory-peer.js'
import { Random } from '../support/random.js'
import { principal } from '../support/scripted-access.js'
import { CutReader } from './cut-streams.js'

const only = process.env.SEED
const seeds = only ? [Number(only)] : Array.from({ length: Number(process.env.SEEDS ?? 40) }, (_, index) => index + 1)

const queries = [
  'topic=%23',
  'topic=%23&rate=20/s',
  'topic=each/%23&topic=latest/%23&rate=5/s',
  'topic=latest/0&topic=each/0&topic=%2B/1',
  'topic=%23&topic=each/1&delta=json-patch&snapshot=false',
]

const clerk = principal('clerk')
const history = { count: 1_000, ageMs: null, bytes: null }

/** Few topics, so that a position can name all that is held back; or many. */
function run(seed: number, topics: number): CutReader[] {
  const { clock, gateway, failures } = memoryGateway({}, undefined, seed)
  const random = new Random(seed)
  const ask = (message: Parameters<typeof gateway.request>[1]) => gateway.request(clerk, message, () => undefined)
  const values = new Map<string, number>()
  for (let each = 0; each < topics; each++)
    ask({ kind: 'create', request: 1, path: `each/${each}`, properties: { delivery: 'all', history } })
  const readers = queries.map((query) => new CutReader(gateway, random, query))
  for (const reader of readers) reader.open()

  const change = () => {
    const path = `${random.pick(['each', 'latest'])}/${random.below(topics)}`
    const isRemoval = path.startsWith('latest') && random.below(12) === 0
    const value = (values.get(path) ?? 0) + 1
    if (isRemoval) ask({ kind: 'remove', request: 1, selector: path })
    else ask(publication(path, `${value}`, { sequence: 1 }))
    values.set(path, isRemoval ? 0 : value)
  }
  for (let step = 0; step < 400; step++) {
    for (let changes = random.below(4); changes > 0; changes--) change()
    clock.advance(random.below(60))
    for (const reader of readers) {
      if (random.below(3) > 0) reader.read()
      if (random.below(25) > 0) continue
      reader.cut()
      for (let changes = random.below(3); changes > 0; changes--) change()
      reader.open()
    }
  }
  // Of what a rate spreads over time there may be much.
  for (let turn = 0; turn < 300; turn++) {
    clock.advance(100)
    for (const reader of readers) reader.readAll()
  }
  assert.deepEqual(failures, [])
  for (const [index, reader] of readers.entries()) checkEnd(reader, queries[index] ?? '', values)
  return readers
}

function checkEnd(reader: CutReader, query: string, values: ReadonlyMap<string, number>): void {
  for (const [path, value] of reader.values) assert.equal(value, values.get(path), `${query}: ${path}`)
  if (!query.startsWith('topic=%23') || query.includes('snapshot')) return
  const living = [...values].filter(([, value]) => value > 0)
  assert.equal(reader.values.size, living.length, query)
}

suite('event streams that are cut behind any event', () => {
  for (const seed of seeds) {
    test(`go on there, without a gap or a repetition (replay: SEED=${seed} npx mocha test/simulation/cut-streams.test.ts)`, () => {
      const readers = run(seed, 8)
      assert.deepEqual(
        readers.flatMap(({ faults }) => faults),
        [],
      )
      assert.ok(readers.some(({ cuts }) => cuts > 5))
    })
  }

  for (const seed of seeds.slice(0, Math.ceil(seeds.length / 4)))
    test(`miss nothing where more is held back than a position can name (replay: SEED=${seed} npx mocha test/simulation/cut-streams.test.ts)`, () => {
      const faults = run(seed, 60).flatMap((reader) => reader.faults)
      assert.deepEqual(
        faults.filter((fault) => !fault.includes('again')),
        [],
      )
    })
})
