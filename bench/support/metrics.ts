import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from './server.js'

/** The gateway's own numbers, by name; of several with the same name and different labels the greatest. */
async function readMetrics(server: Server): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://127.0.0.1:${server.port('ops')}/metrics`)
  const metrics = new Map<string, number>()
  for (const line of (await response.text()).split('\n')) {
    const [, name, value] = /^(\w+)(?:\{[^}]*\})? (\S+)/.exec(line) ?? []
    if (name === undefined) continue
    metrics.set(name, Math.max(Number(value), metrics.get(name) ?? -Infinity))
  }
  return metrics
}

/** Links that cannot take bytes now. */
export async function blockedLinks(server: Server): Promise<number> {
  return namedLike(await readMetrics(server), /^rivulet_(links_blocked|blocked_links)$/)
}

/** So long a turn is shown at least, ms; and no turn for longer than twice that. */
const shownMs = 10_000

/** Waits until the turns of before are forgotten. */
export async function turnsForgotten(): Promise<void> {
  await sleep(2 * shownMs)
}

/** The longest turn of the gateway, ms, from some seconds ago until the work is done. */
export async function longestTurnMs(server: Server, work: Promise<unknown>): Promise<number> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  let longestMs = 0
  while (!isDone) {
    await Promise.race([done, sleep(shownMs / 2)])
    longestMs = Math.max(longestMs, await shownTurnMs(server))
  }
  return longestMs
}

async function shownTurnMs(server: Server): Promise<number> {
  return namedLike(await readMetrics(server), /^rivulet_longest_turn_seconds$/) * 1_000
}

function namedLike(metrics: ReadonlyMap<string, number>, pattern: RegExp): number {
  for (const [name, value] of metrics) if (pattern.test(name)) return value
  throw new Error(`the gateway has no metric like ${pattern.source}`)
}
