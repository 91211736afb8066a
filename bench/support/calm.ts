import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { stolenSeconds } from './kernel.js'
import { foreignCpuMax } from './verdict.js'

/** How long one look takes, and how long there is none after it, s. */
const lookSeconds = 2
const pauseSeconds = 8
/** After so many looks the next trial comes all the same. */
const looksMax = 60

/** Waits until other guests of the same processors leave them alone, 10 minutes at most. */
export async function untilCalm(say: (text: string) => void): Promise<void> {
  for (let look = 0; look < looksMax; look++) {
    const cores = await stolenCores()
    if (cores <= foreignCpuMax) return
    if (look === 0) say(`others use ${cores.toFixed(2)} cores: waiting until they do not`)
    await sleep(pauseSeconds * 1_000)
  }
  say('others went on: the next trial is amid them')
}

/** Cores that other guests take. Only who wants a processor sees that it is stolen, so every one is kept busy meanwhile. */
async function stolenCores(): Promise<number> {
  const before = stolenSeconds()
  const busy = `const end = Date.now() + ${lookSeconds * 1_000}; while (Date.now() < end);`
  const spinners = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', busy]))
  await Promise.all(spinners.map((spinner) => once(spinner, 'exit')))
  return (stolenSeconds() - before) / lookSeconds
}
