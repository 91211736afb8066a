/** What one trial at a rate showed. `why` says what failed; `isVoid` that the load client was the limit, not the server. */
export interface Verdict {
  readonly held: boolean
  readonly isVoid: boolean
  /** It failed while others used the machine, or while the publisher itself was late: that may not be the server's doing. */
  readonly isDisturbed?: boolean
  readonly why: string
}

/** Tries one step; steps are numbered from 0, each a fixed share above the one before. */
export type TryStep = (step: number) => Promise<Verdict>

/** Rates that both sides of a comparison are tried at: `base × ratio^step`. */
export interface Steps {
  readonly base: number
  readonly ratio: number
  readonly count: number
}

/** Every step's rate has three digits that count, so that tables stay readable. */
export function rateAt({ base, ratio }: Steps, step: number): number {
  return Number((base * ratio ** step).toPrecision(3))
}

/** Finds, by halving, the highest step that holds; -1 if not even the lowest does. */
export function bisect(steps: Steps, tryStep: TryStep): Promise<number> {
  return between(-1, steps.count, tryStep)
}

/** Steps between two that are tried from the top. */
const stride = 4

/**
 * The same from the top down. A server that puts the more into each write the faster updates come is as late at a tenth of what it
 * can carry as close to that, so that one trial there which the machine disturbs would send halving far below.
 */
export async function descend(steps: Steps, tryStep: TryStep): Promise<number> {
  let fails = steps.count
  for (let step = steps.count - 1; step >= 0; step -= stride) {
    if ((await tryStep(step)).held) return between(step, fails, tryStep)
    fails = step
  }
  return between(-1, fails, tryStep)
}

async function between(lowest: number, highest: number, tryStep: TryStep): Promise<number> {
  let holds = lowest
  let fails = highest
  while (fails - holds > 1) {
    const step = (holds + fails) >> 1
    if ((await tryStep(step)).held) holds = step
    else fails = step
  }
  return holds
}

/** Where a full-length run settles: the step, and whether the next one up was the load client's limit. */
export interface Settled {
  readonly step: number
  readonly limitedByLoad: boolean
}

/** From a step that was found before: up while it holds, else down until it does. */
export async function settle(steps: Steps, from: number, tryStep: TryStep): Promise<Settled> {
  let step = Math.min(Math.max(from, 0), steps.count - 1)
  let verdict = await tryStep(step)
  if (verdict.held) return await climb(steps, step, tryStep)
  while (!verdict.held && step > 0) {
    const { isVoid } = verdict
    step--
    verdict = await tryStep(step)
    if (verdict.held) return { step, limitedByLoad: isVoid }
  }
  return { step: -1, limitedByLoad: verdict.isVoid }
}

async function climb(steps: Steps, from: number, tryStep: TryStep): Promise<Settled> {
  for (let step = from; step + 1 < steps.count; step++) {
    const next = await tryStep(step + 1)
    if (!next.held) return { step, limitedByLoad: next.isVoid }
  }
  return { step: steps.count - 1, limitedByLoad: false }
}
