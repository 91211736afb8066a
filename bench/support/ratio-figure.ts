import type { Measured, Must } from './figures.js'
import { median, rounded, spread } from './statistics.js'
import type { Sustained } from './sustained.js'

/** How many times more the first side does than the best of these rivals: a figure of its own, so that it can be held against a bound. */
export function ratioFigure(name: string, ours: Sustained, rivals: readonly Sustained[], must: Must): Measured {
  const best = Math.max(...rivals.map(({ rates }) => median(rates)))
  const ratios = ours.rates.map((rate) => rate / best)
  return {
    name,
    unit: `× ${rivals.map(({ side }) => side.name).join(' and ')}`,
    runs: ours.rates.length,
    serverCpu: rounded(ours.serverCpu, 3),
    loadCpu: rounded(ours.loadCpu, 3),
    rivals: [],
    must,
    ...(best > 0
      ? { value: rounded(median(ratios), 3), spread: rounded(spread(ratios), 2) }
      : { value: null, spread: 0, void: 'no rival held even the lowest rate' }),
  }
}

/** How late the updates were at the rates that were held. */
export function latenessFigure(name: string, ours: Sustained, must: Must): Measured {
  const wasHeld = ours.p99 > 0
  return {
    name,
    unit: 'ms',
    runs: ours.rates.length,
    spread: 0,
    serverCpu: rounded(ours.serverCpu, 3),
    loadCpu: rounded(ours.loadCpu, 3),
    rivals: [],
    must,
    ...(wasHeld ? { value: rounded(ours.p99) } : { value: null, void: 'no rate was held' }),
  }
}
