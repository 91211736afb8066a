import type { Verdict } from './highest-rate.js'
import type { LoadReport } from './load.js'

/** Cores of load above which a figure says more about the load client than about the server. */
const loadCpuMax = 0.9

/** A trial that fails while the publisher is late by so much of what readers may be is said to be disturbed. */
const disturbedShare = 0.2
/** And one during which others used so many cores: p99 is what a hundredth of the time may do, and that of a calm machine is 0.00 to 0.02. */
export const foreignCpuMax = 0.03
/** Of shorter ones, which were given up as they began, that cannot be told, s. */
const tellingSeconds = 0.5
/** So many times later than they may be readers are by the server's doing, and the publisher waits for it. */
const overloadedTimes = 5

/** Where newer values may stand for older ones, a server that let more than this share go did not carry the rate. */
const conflatedShareMax = 0.01

/** What was lost, repeated or wrong, in words; empty if nothing was. */
export function lossOf(report: LoadReport, isComplete: boolean): string {
  const conflated = report.skipped > conflatedShareMax * (report.received + report.skipped) ? report.skipped : 0
  const counts = {
    missing: isComplete ? report.expected - report.received : 0,
    stale: isComplete ? 0 : report.stale,
    skipped: isComplete ? report.skipped : conflated,
    repeated: report.repeated,
    corrupt: report.corrupt,
    misrouted: report.misrouted,
    refused: report.refused,
    resynchronised: report.resynchronised,
    'connections lost': report.lost,
    'not acknowledged': report.unacknowledged,
  }
  const faults = Object.entries(counts).filter(([, count]) => count !== 0)
  return faults.map(([name, count]) => `${count} ${name}`).join(', ')
}

/** Why a figure does not count; empty if it does. */
export function voidReason(report: Pick<LoadReport, 'loadCpu'>): string {
  return report.loadCpu > loadCpuMax ? `load-bound: the load client used ${report.loadCpu.toFixed(2)} cores` : ''
}

/** Of what was due this much must have been published: a server that reads so slowly that nothing gets in loses nothing either. */
const publishedShareMin = 0.99

/** How much of what was due in the window the publisher did not get rid of, in words; empty if it got through. */
function unpublishedOf({ rate, seconds, published }: LoadReport): string {
  const due = Math.round(rate * seconds)
  return published < publishedShareMin * due ? `${due - published} not even published` : ''
}

/** Who used how many cores, and how late the publisher was itself: what others used while a figure was taken is noise. */
export function circumstances({ serverCpu, loadCpu, foreignCpu, lateP99 }: LoadReport): string {
  const cores = `cores: server ${serverCpu.toFixed(2)}, load ${loadCpu.toFixed(2)}, others ${foreignCpu.toFixed(2)}`
  return `(${cores}; publisher late by ${lateP99.toFixed(1)} ms)`
}

/** What fails while others use the machine says little, whichever side it is, unless half of it never came; what holds all the same holds. */
function isAmidOthers({ foreignCpu, seconds, received, expected }: LoadReport): boolean {
  return foreignCpu > foreignCpuMax && seconds >= tellingSeconds && received >= expected / 2
}

/** Whether a rate was held: everything arrived, in time, and the load client was not the limit. */
export function judge(report: LoadReport, p99MaxMs: number, isComplete: boolean): Verdict {
  const lost = lossOf(report, isComplete)
  const unpublished = unpublishedOf(report)
  const isLate = report.p99 > p99MaxMs
  const isPublisherLate = report.lateP99 > disturbedShare * p99MaxMs
  const isOverloaded = unpublished !== '' || report.p99 > overloadedTimes * p99MaxMs
  const reasons = [
    report.hopeless > 0 ? 'given up' : '',
    unpublished,
    lost,
    isLate ? `p99 ${report.p99.toFixed(1)} ms` : '',
    voidReason(report),
  ]
  const why = reasons.filter((reason) => reason !== '').join('; ')
  const held = why === ''
  return {
    held,
    isVoid: voidReason(report) !== '',
    isDisturbed: !held && (isAmidOthers(report) || (!isOverloaded && isPublisherLate)),
    why,
  }
}
