import type { Measured } from './figures.js'

/** What every bench is told. */
export interface BenchContext {
  readonly seed: number
  /** Shortened: a look whether all is well, no figure to publish. */
  readonly quick: boolean
  /** One line about what is going on, for whoever waits. */
  say(line: string): void
}

/** One bench: a file of this folder, found by its name. */
export interface Bench {
  /** Part of `--quick`. */
  readonly isQuick: boolean
  run(context: BenchContext): Promise<readonly Measured[]>
}
