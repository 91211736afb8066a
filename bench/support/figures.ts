import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const rivalSchema = z.object({
  name: z.string(),
  value: z.number().nullable(),
  /** Ours divided by theirs where more is better, theirs by ours where less is: above 1 Rivulet is ahead. */
  ratio: z.number().nullable(),
  /** The same for what one core of server does. */
  ratioPerCpu: z.number().nullable(),
})

/** What a figure is held against: it must reach, or must not exceed. */
const mustSchema = z.object({ atLeast: z.number().exactOptional(), atMost: z.number().exactOptional() })

const figureSchema = z.object({
  name: z.string(),
  /** Null where the figure is void or was skipped; then `void` says why. */
  value: z.number().nullable(),
  unit: z.string(),
  /** Where it was taken: a run of some benches leaves the figures of others as they are. */
  machine: z.string(),
  commit: z.string(),
  seed: z.number(),
  runs: z.number(),
  /** (max − min) ÷ median of the runs. */
  spread: z.number(),
  /** Cores that the server and the load used while measured. */
  serverCpu: z.number(),
  loadCpu: z.number(),
  rivals: z.array(rivalSchema),
  must: mustSchema.exactOptional(),
  void: z.string().optional(),
  note: z.string().optional(),
})

/** `machine`: of the last run. */
const resultsSchema = z.object({ machine: z.string(), figures: z.array(figureSchema) })

export type Rival = z.infer<typeof rivalSchema>
export type Must = Readonly<z.infer<typeof mustSchema>>
export type Figure = z.infer<typeof figureSchema>
export type Results = z.infer<typeof resultsSchema>

/** A figure as a bench hands it over; the frame adds machine, commit and seed. */
export type Measured = Omit<Figure, 'machine' | 'commit' | 'seed'>

/** The name of the bench that a figure belongs to: `fanout` of `fanout.sustained`. */
export const benchOf = ({ name }: Pick<Figure, 'name'>): string => name.split('.')[0] ?? name

/** The results with the figures of some benches replaced, the rest as it was, in the order of the benches. */
export function replaceFigures(results: Results, figures: readonly Figure[], order: readonly string[]): Figure[] {
  const replaced = new Set(figures.map(benchOf))
  const kept = results.figures.filter((figure) => !replaced.has(benchOf(figure)))
  return [...kept, ...figures].sort((a, b) => order.indexOf(benchOf(a)) - order.indexOf(benchOf(b)))
}

/** The results file; empty where there is none yet. */
export function readResults(path: string, machine: string): Results {
  if (!existsSync(path)) return { machine, figures: [] }
  return resultsSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
}

export function writeResults(path: string, results: Results): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
}
