import fc from 'fast-check'
import { test } from 'mocha'

const secondsInAll = Number(process.env.FUZZ_SECONDS ?? 60)
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
let targets = 0

/**
 * One rule that holds whatever comes in. `check` throws where it does not; its input is then made smaller and printed. What is
 * `golden` comes first, so that what it reaches does not depend on luck.
 *
 * `npm run fuzz` divides FUZZ_SECONDS (60) among all targets. FUZZ_SEED repeats the inputs of an earlier run.
 */
export function fuzz<Input>(
  rule: string,
  inputs: fc.Arbitrary<Input>,
  check: (input: Input) => void,
  golden: readonly Input[] = [],
): void {
  targets++
  test(`${rule} (seed ${seed})`, () => {
    for (const input of golden) check(input)
    let runs = 0
    const counted = (input: Input): void => {
      runs++
      check(input)
    }
    fc.assert(fc.property(inputs, counted), {
      seed,
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: (secondsInAll * 1000) / targets,
      markInterruptAsFailure: false,
    })
    console.log(`    ${runs} inputs`)
  })
}
