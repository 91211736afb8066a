import type { Measured, Must, Rival } from './figures.js'
import type { LoadReport } from './load.js'
import { median, rounded, spread } from './statistics.js'
import { voidReason } from './verdict.js'

/** Which time of a report a figure is about. */
export type Quantile = 'p50' | 'p99'

/** Runs of one side. `loss` says what went wrong in a run; empty if nothing did. */
export interface Runs {
  readonly name: string
  readonly reports: readonly LoadReport[]
  readonly loss: (report: LoadReport) => string
}

/** A time in milliseconds as a figure: the median of the runs, void where anything was lost or the load was the limit. */
export function latencyFigure(
  name: string,
  quantile: Quantile,
  ours: Runs,
  { must, rivals = [] }: { readonly must?: Must; readonly rivals?: readonly Runs[] } = {},
): Measured {
  const reason = firstReason(ours)
  const times = ours.reports.map((report) => report[quantile])
  const value = reason === '' ? rounded(median(times)) : null
  return {
    name,
    unit: 'ms',
    value,
    ...usage(ours.reports),
    spread: rounded(spread(times), 2),
    rivals: rivals.map((rival) => rivalOf(rival, quantile, value, ours)),
    ...(reason !== '' && { void: reason }),
    ...(must && { must }),
  }
}

/** What a figure says of its runs, whatever it is about. */
export function usage(reports: readonly LoadReport[]) {
  return {
    runs: reports.length,
    serverCpu: rounded(median(reports.map(({ serverCpu }) => serverCpu)), 3),
    loadCpu: rounded(median(reports.map(({ loadCpu }) => loadCpu)), 3),
  }
}

function firstReason({ reports, loss }: Runs): string {
  return reports.map((report) => loss(report) || voidReason(report)).find((why) => why !== '') ?? ''
}

/** For times the smaller is the better, so that the ratio is theirs by ours. */
function rivalOf(rival: Runs, quantile: Quantile, ourValue: number | null, ours: Runs): Rival {
  const isVoid = firstReason(rival) !== ''
  const value = isVoid ? null : rounded(median(rival.reports.map((report) => report[quantile])))
  if (value === null || ourValue === null) return { name: rival.name, value, ratio: null, ratioPerCpu: null }
  const cpu = usage(rival.reports).serverCpu / usage(ours.reports).serverCpu
  // Used processor time comes in steps of 10 ms; of a short run on a quiet link it may be none.
  const perCpu = Number.isFinite(cpu) && cpu > 0 ? rounded((value / ourValue) * cpu, 3) : null
  return { name: rival.name, value, ratio: rounded(value / ourValue, 3), ratioPerCpu: perCpu }
}
