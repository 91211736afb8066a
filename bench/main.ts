/**
 * `npm run bench` runs all; `npm run bench -- NAME…` some; `-- --quick` those that can be shortened to a minute in all, and
 * writes nothing.
 * `--seed=N` starts from another seed.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bench, BenchContext } from './support/bench.js'
import { untilCalm } from './support/calm.js'
import type { Measured } from './support/figures.js'
import { readResults, replaceFigures, writeResults } from './support/figures.js'
import { describeCommit, describeMachine } from './support/machine.js'
import { writeReadme } from './support/readme.js'
import { table } from './support/table.js'

/** Each is the file of that name; the order is that of the table. */
const names = [
  'fanout',
  'latency',
  'distinct',
  'stalled',
  'resume-storm',
  'memory',
  'bandwidth',
  'match',
  'mobile',
  'mbytes',
  'delta',
  'mqtt-fanout',
  'mqtt-qos1',
  'mqtt-ingest',
  'mqtt-mbytes',
  'mqtt-connect',
  'mqtt-stalled',
  'sse-fanout',
  'sse-memory',
  'http-publish',
  'http-read',
] as const

type Name = (typeof names)[number]

const resultsFile = fileURLToPath(new URL('results/latest.json', import.meta.url))
const readmeFile = fileURLToPath(new URL('../README.md', import.meta.url))
const isName = (word: string): word is Name => names.some((name) => name === word)

async function loadBench(name: Name): Promise<Bench> {
  const { bench }: { readonly bench: Bench } = await import(`./${name}.js`)
  return bench
}

async function runBenches(
  chosen: readonly Name[],
  context: BenchContext,
): Promise<{ measured: Measured[]; failed: boolean }> {
  const measured: Measured[] = []
  let failed = false
  for (const name of chosen) {
    const bench = await loadBench(name)
    if (context.quick && names === chosen && !bench.isQuick) continue
    context.say(`${name}:`)
    if (!context.quick) await untilCalm(context.say)
    try {
      measured.push(...(await bench.run(context)))
    } catch (error) {
      // One bench that cannot run must not cost the others' figures; the exit code tells.
      failed = true
      console.error(`${name} failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { measured, failed }
}

function write(measured: readonly Measured[], seed: number): void {
  const machine = describeMachine()
  const commit = describeCommit()
  const figures = measured.map((figure) => ({ ...figure, machine, commit, seed }))
  const all = replaceFigures(readResults(resultsFile, machine), figures, names)
  const results = { machine, figures: all }
  writeResults(resultsFile, results)
  writeReadme(readmeFile, results)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
    allowPositionals: true,
  })
  const unknown = positionals.filter((word) => !isName(word))
  if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}; there are ${names.join(', ')}`)
  const chosen = positionals.length > 0 ? positionals.filter(isName) : names
  const seed = Number(values.seed)
  const context = { seed, quick: values.quick, say: (line: string) => console.error(line) }
  const { measured, failed } = await runBenches(chosen, context)
  console.log(`${describeMachine()}; commit ${describeCommit()}; seed ${seed}\n`)
  console.log(table(measured))
  if (!values.quick) write(measured, seed)
  if (failed) process.exitCode = 1
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
