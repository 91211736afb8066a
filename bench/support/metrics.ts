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

/** The longest turn of the gateway since this was read last, ms. */
export async function longestTurnMs(server: Server): Promise<number> {
  return namedLike(await readMetrics(server), /^rivulet_longest_turn_seconds$/) * 1_000
}

function namedLike(metrics: ReadonlyMap<string, number>, pattern: RegExp): number {
  for (const [name, value] of metrics) if (pattern.test(name)) return value
  throw new Error(`the gateway has no metric like ${pattern.source}`)
}
