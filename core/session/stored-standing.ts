import type { QueuedMessage } from '../flow/message-queue.js'
import type { Outbox } from '../flow/outbox.js'
import { itemFlags } from '../transport.js'

/** Where a reader of messages stands: with all that it was to be told up to `offset` it is done, but for what the rest names. */
export interface StoredStanding {
  readonly offset: number
  /** Offsets of what waits, or, of a group, is with its members. */
  readonly waiting: readonly number[]
  /** Offsets of what was sent and not settled. */
  readonly sent: readonly number[]
  /** Owed of a path: everything from this offset on. */
  readonly owed: readonly (readonly [path: string, offset: number])[]
}

/** Where a reader stands now; readers of what came up to `markedOffset` know that they owe it. */
export function standingOf(outbox: Outbox, markedOffset: number): StoredStanding {
  const { messages, group } = outbox
  const own = messages?.left().filter(isOwn) ?? []
  const waiting = own.filter((message) => !wasSent(message))
  return {
    offset: markedOffset,
    waiting: offsetsOf(group ? [...waiting, ...group.leftAtMembers()] : waiting),
    sent: offsetsOf(own.filter(wasSent)),
    owed: outbox.owed.everyFrom,
  }
}

/** Offsets from here on its reader may have to be told. */
export function neededFrom({ offset, waiting, sent, owed }: StoredStanding): number {
  let needed = offset + 1
  for (const each of [...waiting, ...sent, ...owed.map(([, from]) => from)]) needed = Math.min(needed, each)
  return needed
}

/** Whether its link, or one before, was given the message. */
export const wasSent = ({ flags }: QueuedMessage): boolean => (flags & itemFlags.again) !== 0

/** Retained values stand outside the order of messages. */
export const isRetained = ({ flags }: QueuedMessage): boolean => (flags & itemFlags.snapshot) !== 0

const isOwn = (message: QueuedMessage) => message.group === null && !isRetained(message)

const offsetsOf = (messages: readonly QueuedMessage[]) => messages.map(({ update }) => update.offset)

/** What a stored standing says of one message at a time. */
export class Standing {
  private readonly offset: number
  private readonly waiting: ReadonlySet<number>
  private readonly sent: ReadonlySet<number>
  private readonly owed: ReadonlyMap<string, number>

  constructor({ offset, waiting, sent, owed }: StoredStanding) {
    this.offset = offset
    this.waiting = new Set(waiting)
    this.sent = new Set(sent)
    this.owed = new Map([...owed].sort(([, one], [, other]) => other - one))
  }

  /** The reader is done with it. */
  isDone(path: string, offset: number): boolean {
    if (offset > this.offset || this.waiting.has(offset) || this.sent.has(offset)) return false
    return offset < (this.owed.get(path) ?? Number.POSITIVE_INFINITY)
  }

  wasSent(offset: number): boolean {
    return this.sent.has(offset)
  }
}
