import { stepsMax, stepsPerByteMax, stepsSpare } from './limits.js'
import { matchBackward, matchForward } from './match.js'

/**
 * One diff under way.
 *
 * ```
 *            prefix              baseAt            baseEnd
 *   base    ├──────┼───────────────┼──────────────────┼────────┤   what follows baseEnd ends both values:
 *   target  ├──────┼────────────┼─────────────────┼────────┤       the delta does not mention it
 *            prefix          targetAt         targetEnd
 * ```
 *
 * Invariant: the operations in out[start … at) followed by a copy of base[baseAt - copied … baseAt) make target[0 … targetAt).
 */
export interface Edit {
  readonly base: Uint8Array
  readonly target: Uint8Array
  readonly prefix: number
  readonly baseEnd: number
  readonly targetEnd: number
  readonly out: Uint8Array
  readonly start: number
  /** Where the delta must end in `out` to be worth sending. */
  readonly limit: number
  at: number
  baseAt: number
  targetAt: number
  copied: number

  /** What the next operation does: insert so many bytes, then go on in the base from there. `gain` tells how good that is. */
  inserted: number
  nextBaseAt: number
  gain: number

  /** Work done and allowed, in steps; see limits.ts. */
  steps: number
  readonly stepsAllowed: number
}

/** Less than any candidate's gain. */
export const noGain = -(2 ** 30)

/** Sets common beginning and end aside. They are compared once, and do not count as steps. */
export function startEdit(base: Uint8Array, target: Uint8Array, out: Uint8Array, start: number, limit: number): Edit {
  const most = Math.min(base.length, target.length)
  const prefix = matchForward(base, 0, target, 0, most)
  const suffix = matchBackward(base, base.length, target, target.length, most - prefix)
  return {
    base,
    target,
    prefix,
    baseEnd: base.length - suffix,
    targetEnd: target.length - suffix,
    out,
    start,
    limit,
    at: start,
    baseAt: prefix,
    targetAt: prefix,
    copied: prefix,
    inserted: 0,
    nextBaseAt: 0,
    gain: noGain,
    steps: 0,
    stepsAllowed: Math.min(stepsMax, stepsSpare + stepsPerByteMax * (base.length + target.length)),
  }
}

/** Forgets all operations. Steps stay counted. */
export function restart(edit: Edit): void {
  edit.at = edit.start
  edit.baseAt = edit.targetAt = edit.copied = edit.prefix
}

/** Half of the work is for choosing; then the first candidate is taken, so that the rest lasts to the end of the value. */
export function mayChoose(edit: Edit): boolean {
  return edit.steps < edit.stepsAllowed >> 1
}
