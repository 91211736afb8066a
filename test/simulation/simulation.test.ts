import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { World } from './world.js'

const only = process.env.SEED
const seeds = only ? [Number(only)] : Array.from({ length: Number(process.env.SEEDS ?? 60) }, (_, index) => index + 1)

function run(seed: number, deltas: boolean): string {
  const world = new World({ seed, features: { deltas, deflate: false }, peers: 6, steps: 300 })
  world.run()
  world.check()
  return world.outcome()
}

suite('simulation', () => {
  for (const seed of seeds) {
    test(`clients that stall, drop and resume end with the gateway's values (replay: SEED=${seed} npx mocha test/simulation/simulation.test.ts)`, () => {
      assert.equal(run(seed, true), run(seed, false), 'deltas on equals deltas off')
    })
  }
})
