import { suite, test } from 'mocha'
import { DeviceWorld } from './device-world.js'

const only = process.env.SEED
const seeds = only ? [Number(only)] : Array.from({ length: Number(process.env.SEEDS ?? 25) }, (_, index) => index + 1)

const kinds = [
  { name: 'what is to arrive does, in order, what was not settled first', limits: {}, restarts: false },
  {
    name: 'where few messages may wait each that is missing is counted',
    limits: { queueUpdatesMax: 8 },
    restarts: false,
  },
  { name: 'what is to arrive does although the gateway is killed', limits: {}, restarts: true },
] as const

for (const { name, ...options } of kinds) {
  suite(`simulation of devices: ${name}`, () => {
    for (const seed of seeds) {
      test(`over links that break, take-overs and wills (replay: SEED=${seed} npx mocha test/simulation/devices.test.ts)`, async () => {
        const world = new DeviceWorld(seed, options)
        await world.run(400)
        world.check()
      })
    }
  })
}
