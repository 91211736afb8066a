/**
 * A process that goes on with a history until it is killed: `writing-process.ts FOLDER MODE SEED`. Each group that is committed
 * is announced by its number, a line each; a failure by `failed`, its kind and what the store said of the turns after it.
 */
import { writeSync } from 'node:fs'
import { LevelStore, storeLimits } from '../../../store/index.js'
import { SimulatedClock } from '../simulated-clock.js'
import { groupsIn, writeGroup } from './history.js'
import { turnEnds } from './scripted-disk.js'

const [folder = '', mode, seed] = process.argv.slice(2)
const announce = (line: string): unknown => writeSync(1, `${line}\n`)
let hasFailed = false

const store = await LevelStore.open({
  folder,
  mode: mode === 'always' ? 'always' : 'interval',
  clock: new SimulatedClock(),
  // Small enough that tables are written and merged all the time.
  limits: { ...storeLimits, tableMemoryBytes: 65_536, behindBytes: 65_536 },
  failed: ({ fault }) => {
    hasFailed = true
    announce(`failed: ${fault}`)
  },
})

let n = await groupsIn(store)
while (!hasFailed) {
  n += 1
  const group = n
  writeGroup(store, Number(seed), group)
  store.committed(() => announce(String(group)))
  await turnEnds()
  if (store.isBehind) await new Promise<void>((resolve) => store.committed(resolve))
}
