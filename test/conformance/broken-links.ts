import type { Batch, ClientMessage, Flush, Taken } from '../../core/index.js'
import { itemFlags, Update } from '../../core/index.js'
import { frameless } from '../support/frameless.js'
import type { Breakage } from './broken-lives.js'
import { brokenLives } from './broken-lives.js'
import { PassingLink } from './passing-link.js'

/** A batch of which updates were changed, or taken away, from the front on. */
function changed(batch: Batch, updates: readonly Update[], flags: readonly number[] = batch.flags): Batch {
  const { audience } = batch
  const count = updates.length
  return { audience, count, updates, bases: updates.map(() => null), flags, ...frameless }
}

const updatesOf = ({ updates, count }: Batch) => updates.slice(0, count)

const bind = (flags: readonly number[]) => flags.map((flag) => (flag | itemFlags.bind) & ~itemFlags.follows)

/** The ways to break a link, each with a case of the suite that must notice. */
export const breakages: readonly Breakage[] = [
  ...brokenLives,
  [
    'drops the last update of a flush and says that it was taken',
    /^updates of one publisher/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { batch, replies } = flush
        const { bytes } = this.link.send({
          ...flush,
          batch: changed(batch, updatesOf(batch).slice(0, -1), bind(batch.flags)),
        })
        return { items: replies.length + batch.count, bytes }
      }
    },
  ],
  [
    'swaps updates',
    /^updates of one publisher/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { batch } = flush
        return this.link.send({ ...flush, batch: changed(batch, updatesOf(batch).toReversed(), bind(batch.flags)) })
      }
    },
  ],
  [
    'drops the position of a flush',
    /^what was held back when the link was lost/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        return this.link.send({ ...flush, position: null })
      }
    },
  ],
  [
    'sends each update twice',
    /^a reader of `all` that stalls/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { batch } = flush
        this.link.send({ ...flush, replies: [], batch: changed(batch, updatesOf(batch), bind(batch.flags)) })
        return this.link.send({ ...flush, batch: changed(batch, updatesOf(batch), bind(batch.flags)) })
      }
    },
  ],
  [
    'reports more taken than there was',
    /^a ping is answered/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { items, bytes } = super.send(flush)
        return { items: items + 1, bytes }
      }
    },
  ],
  [
    'takes the replies only, and says that it took all',
    /^a publish reaches every subscriber/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { batch, replies } = flush
        const { bytes } = this.link.send({ ...flush, batch: changed(batch, []) })
        return { items: replies.length + batch.count, bytes }
      }
    },
  ],
  [
    'loses replies',
    /^a ping is answered/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { items, bytes } = super.send({ ...flush, replies: flush.replies.filter(({ kind }) => kind !== 'pong') })
        return { items: Math.max(items, flush.replies.length), bytes }
      }
    },
  ],
  [
    'throws when it is asked to send',
    /^a ping is answered/,
    class extends PassingLink {
      override send(): Taken {
        throw new Error('no')
      }
    },
  ],
  [
    'spoils the bytes of a value',
    /^a publish reaches every subscriber/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { batch } = flush
        const spoilt = updatesOf(batch).map(
          (update) => new Update({ ...update, type: update.type, value: update.value.filter((b) => b !== 0) }),
        )
        return this.link.send({ ...flush, batch: changed(batch, spoilt, bind(batch.flags)) })
      }
    },
  ],
  [
    'loses attributes',
    /^attributes and the time/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { batch } = flush
        const bare = updatesOf(batch).map((update) => new Update({ ...update, type: update.type, attributes: null }))
        return this.link.send({ ...flush, batch: changed(batch, bare, bind(batch.flags)) })
      }
    },
  ],
  [
    'marks no gap',
    /^overflow `conflate`/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { batch } = flush
        const flags = batch.flags.map((flag) => flag & ~itemFlags.gap)
        return this.link.send({ ...flush, batch: changed(batch, updatesOf(batch), bind(flags)) })
      }
    },
  ],
  [
    'marks no snapshot',
    /^first the snapshot/,
    class extends PassingLink {
      override send(flush: Flush): Taken {
        const { batch } = flush
        const flags = batch.flags.map((flag) => flag & ~itemFlags.snapshot)
        return this.link.send({ ...flush, batch: changed(batch, updatesOf(batch), bind(flags)) })
      }
    },
  ],
  [
    'hands over what it hears in pairs, the second first',
    /^what is said before the authenticator/,
    class extends PassingLink {
      private kept: ClientMessage | null = null

      override received(message: ClientMessage): void {
        const { kept } = this
        this.kept = kept ? null : message.kind === 'ping' ? message : null
        if (this.kept) return
        super.received(message)
        if (kept) super.received(kept)
      }
    },
  ],
  [
    'hands over each message twice',
    /^anything before the hello|^a hello is answered/,
    class extends PassingLink {
      override received(message: ClientMessage): void {
        super.received(message)
        super.received(message)
      }
    },
  ],
]
