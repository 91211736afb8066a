import type { Session, SessionState, Subscription } from '../../sdk/index.js'
import type { ClientOptions } from '../client.js'
import { withSession } from '../client.js'
import { isFirstMatch } from '../first-match.js'
import { printUpdate } from '../print-update.js'

/** The options of `rivulet subscribe`. */
export interface SubscribeCommandOptions extends ClientOptions {
  readonly json: boolean
  readonly rate?: string
  readonly count?: number
  readonly snapshot: boolean
}

/** Over a lost connection the gateway keeps the place of this reader for so long. */
const sessionTimeoutMs = 300_000

/** `rivulet subscribe SELECTOR…`: ends at the count, at Ctrl-C, or when the gateway goes. */
export async function subscribe(selectors: readonly string[], options: SubscribeCommandOptions): Promise<void> {
  const connectOptions = { reconnect: true, sessionTimeoutMs }
  const action = `subscribe to ${selectors.join(', ')}`
  await withSession(options, action, (session) => printUpdates(session, selectors, options), connectOptions)
}

async function printUpdates(
  session: Session,
  selectors: readonly string[],
  { json, rate, count = Number.POSITIVE_INFINITY, snapshot }: SubscribeCommandOptions,
): Promise<void> {
  const subscriptions = selectors.map((selector) => session.subscribe(selector, { snapshot, ...(rate && { rate }) }))
  const close = () => subscriptions.map((subscription) => subscription.close())
  process.once('SIGINT', close)
  process.once('SIGTERM', close)
  process.stdout.once('error', close)
  session.on('state', tellRecovery)
  let left = count
  const isFirst = isFirstMatch(selectors)
  const print = async (subscription: Subscription, index: number) => {
    for await (const update of subscription) {
      if (left <= 0) return
      if (!isFirst(update.path, index)) continue
      left -= 1
      await printUpdate(update, json)
      if (left <= 0) close()
    }
  }
  await Promise.all(subscriptions.map(print))
}

/** On a line of its own, beside what is printed. */
function tellRecovery(state: SessionState): void {
  if (state.kind === 'recovering') process.stderr.write(`rivulet: ${state.message}; trying again\n`)
  if (state.kind === 'live') process.stderr.write(`rivulet: connected again, ${state.start}\n`)
}
