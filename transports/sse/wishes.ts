import { parsePosition } from '../../codecs/position/index.js'
import type { Hello, Position, Since, Subscribe } from '../../core/index.js'
import type { RequestCredentials } from '../../net/index.js'
import type { StreamRequest } from './stream-request.js'

/** Offset that no log reaches: what goes on from there is told that it cannot, and is given everything. */
const nowhereOffset = Number.MAX_SAFE_INTEGER

/** Where a reader stands who was not told all that comes first. */
export function nowhereIn(epoch: string): Position {
  return { epoch, offset: nowhereOffset, held: [] }
}

/** What is not to be read, cut off or edited say, is a position that leads nowhere. */
const nowhere = nowhereIn('0000000000000000')

/** The position in the reader's last event; null: it has none. */
export function positionWanted({ lastEventId }: StreamRequest): Position | null {
  return lastEventId === null ? null : (parsePosition(lastEventId) ?? nowhere)
}

/** A session for as long as the stream: its reader comes back with a position, and says nothing in between. */
export function helloOf({ patches }: StreamRequest, credentials: RequestCredentials, agent: string): Hello {
  return {
    kind: 'hello',
    versions: [1],
    credentials: { ...credentials, peer: '' },
    features: { deltas: patches, deflate: false },
    resume: null,
    sessionTimeoutMs: 0,
    keepAliveMs: Number.POSITIVE_INFINITY,
    bytesPerSecondMax: 0,
    agent,
  }
}

/** One for each selector, numbered from 1. */
export function subscriptionsOf(wanted: StreamRequest): Subscribe[] {
  const position = positionWanted(wanted)
  const since: Since = position === null ? { kind: 'now' } : { kind: 'position', position }
  const { snapshot, intervalMs, delivery, priority } = wanted
  const options = { snapshot, intervalMs, delivery, priority, since, overflow: 'conflate' } as const
  return wanted.selectors.map((selector, index) => ({ kind: 'subscribe', request: index + 1, selector, options }))
}
