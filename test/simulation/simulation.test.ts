import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Manner } from './world.js'
import { World } from './world.js'

const only = process.env.SEED
const seeds = only ? [Number(only)] : Array.from({ length: Number(process.env.SEEDS ?? 60) }, (_, index) => index + 1)

const either = [true, false]

/** Deltas, compression and conflation, each on or off; counted from the end, each row is the opposite of its own. */
const manners = either.flatMap((deltas) =>
  either.flatMap((deflate) =>
    ([null, 'all'] as const).map((delivery): Manner => ({ features: { deltas, deflate }, delivery })),
  ),
)

const steady = { isFickle: false, isBusy: false }
const shortened = { deltas: 0, deflated: 0 }

/** Six clients, each of a manner of its own. */
function run(seed: number, rows: readonly Manner[], moods = steady): (string | null)[] {
  const six = [0, 1, 2, 3, 4, 5].flatMap((index) => rows[(seed + index) % rows.length] ?? [])
  const world = new World({ seed, manners: six, steps: 300, ...moods })
  world.run()
  world.check()
  shortened.deltas += world.shortened.deltas
  shortened.deflated += world.shortened.deflated
  return world.outcome()
}

/** The row at each place is the opposite of the one that stood there. */
const opposites = manners.toReversed()

suite('simulation', () => {
  for (const seed of seeds) {
    test(`clients that stall, drop and resume end with the gateway's values (replay: SEED=${seed} npx mocha test/simulation/simulation.test.ts)`, () => {
      const [one, other] = [run(seed, manners), run(seed, opposites)]
      for (const [index, held] of one.entries())
        if (held !== null && other[index] !== null)
          assert.equal(held, other[index], `client ${index} ends as with everything switched over`)
    })
  }

  for (const seed of seeds.slice(0, Math.ceil(seeds.length / 3)))
    test(`and so do those that end subscriptions and ask again (replay: SEED=${seed} npx mocha test/simulation/simulation.test.ts)`, () => {
      run(seed, manners, { isFickle: true, isBusy: seed % 2 === 0 })
    })

  test('sent deltas and deflated values on the way [SEM 3.4, 3.5]', () => {
    assert.ok(shortened.deltas > 0 && shortened.deflated > 0, JSON.stringify(shortened))
  })
})
