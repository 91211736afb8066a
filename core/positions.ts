import { pace } from './limits.js'
import type { HeldTopic, Position } from './values.js'

/** In the place of a topic's id: all topics that a position does not name. No topic has it. */
export const everyTopic = 0

/** The offset up to which a reader at this position certainly has everything. [SEM 1.4] */
export function lowest(position: Pick<Position, 'offset' | 'held'>): number {
  return Math.min(position.offset, ...position.held.map((topic) => topic.offset - 1))
}

/**
 * Where a reader stands who, beyond this position, was told some of what came up to `newest`. It goes on where it did before; but
 * where a log was cut off in between, by a restart, it can be seen that the reader knows what the log does not.
 */
export function toldUpTo(position: Position, newest: number): Position {
  const { epoch, offset, held } = position
  if (newest <= offset) return position
  if (held.some(({ topicId }) => topicId === everyTopic)) return { epoch, offset: newest, held }
  if (held.length < pace.heldMax) return { epoch, offset: newest, held: [...held, restFrom(offset + 1)] }
  return { epoch, offset: newest, held: [restFrom(lowest(position) + 1)] }
}

const restFrom = (offset: number): HeldTopic => ({ topicId: everyTopic, offset })
