import { Suite, suiteSetup, Test } from 'mocha'
import type { Statement } from './statement.js'
import { nameOf, splitTest } from './statement.js'

/** What a run made of a test: undefined where it was defined and not run. */
export type Outcome = 'passed' | 'failed' | 'pending' | undefined

/** All tests that a run knows: 'path/of/file.test.ts: title' → outcome so far. `root` is the folder that paths begin in. */
export function outcomesIn(run: Suite, root: string): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>()
  run.eachTest((test) => outcomes.set(`${(test.file ?? '').replace(root, '')}: ${test.title}`, outcomeOf(test)))
  return outcomes
}

/** A test that is skipped by a hook of its suite has no state. */
const outcomeOf = (test: Test): Outcome => (test.isPending() ? 'pending' : test.state)

/**
 * Which named tests did not pass, and how many could not show it since only a part of the suites ran.
 *
 * A file that was not loaded, or a test that was not asked for, is no fault; a title that its loaded file lacks always is.
 */
export function runFaults(statements: readonly Statement[], outcomes: ReadonlyMap<string, Outcome>): RunFaults {
  const files = new Set([...outcomes.keys()].map((name) => splitTest(name).file))
  const faults: string[] = []
  let unseen = 0
  for (const statement of statements) {
    if (statement.test === undefined) continue
    const outcome = outcomes.get(statement.test)
    if (outcome === undefined && (outcomes.has(statement.test) || !files.has(splitTest(statement.test).file))) unseen++
    else if (outcome !== 'passed')
      faults.push(`${nameOf(statement)}: ${outcome ?? 'there is no test'}: ${statement.test}`)
  }
  return { faults, unseen }
}

/** What `runFaults` found. */
export interface RunFaults {
  readonly faults: readonly string[]
  /** Named tests that this run left out. */
  readonly unseen: number
}

/** Adds a test after all others of the run, whichever files it consists of; `run` is the whole of it. */
export function testAtEndOfRun(title: string, check: (this: Mocha.Context, run: Suite) => void): void {
  suiteSetup(function () {
    const run = this.test?.parent
    if (run?.root !== true) throw new Error('to be called outside any suite')
    const end = Suite.create(run, 'at the end of the run')
    end.addTest(
      new Test(title, function (this: Mocha.Context) {
        check.call(this, run)
      }),
    )
  })
}
