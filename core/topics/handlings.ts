import type { Handling, TopicProperties } from '../messages.js'

/** What is news to readers of states alone: that a topic exists, or went after a message that said so. */
export const silent: Handling = { qos: 2, isRetained: false, isMessage: false }

/** What came from where nobody says how surely, to a topic that keeps its value. [SEM 4.7] */
export const kept: Handling = { qos: 2, isRetained: true, isMessage: true }

/** The same to one that does not, and the news that a topic went. */
export const passing: Handling = { qos: 2, isRetained: false, isMessage: true }

/** An empty message that is to be retained: there is to be no retained value any more. [SEM 4.5] */
export function isClearing({
  handling,
  value,
}: {
  readonly handling: Handling | null
  readonly value: Uint8Array
}): boolean {
  return handling?.isRetained === true && value.length === 0
}

/** Whether a topic goes when its retained value is cleared: unless it has an end of its own. [SEM 4.5] */
export function goesWhenCleared({ removal }: TopicProperties): boolean {
  return removal === null || (removal.afterMs === null && removal.unsubscribedForMs === null && !removal.withSession)
}
