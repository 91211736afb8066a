import type { ClientMessage, CloseReason, Flush, Taken } from '../../core/index.js'
import { PassingLink } from './passing-link.js'

/** A way to break a link, with the case of the suite that must notice. */
export type Breakage = readonly [what: string, noticedBy: RegExp, Broken: typeof PassingLink]

/** Links that break in how they end, pause and say what fits. */
export const brokenLives: readonly Breakage[] = [
  [
    'says `closed` twice',
    /^the end is told once/,
    class extends PassingLink {
      override closed(reason: CloseReason): void {
        super.closed(reason)
        super.closed(reason)
      }
    },
  ],
  [
    'never says `closed`',
    /^the end is told once/,
    class extends PassingLink {
      override closed(): void {
        // Forgotten.
      }
    },
  ],
  [
    'forgets why it was closed',
    /^the end is told once/,
    class extends PassingLink {
      override close(): void {
        super.close('linkLost')
      }
    },
  ],
  [
    'takes what it is offered after its end',
    /^a second hello/,
    class extends PassingLink {
      private isOver = false

      override send(flush: Flush): Taken {
        return this.isOver ? { items: flush.replies.length + flush.batch.count, bytes: 0 } : super.send(flush)
      }

      override close(reason: CloseReason): void {
        this.isOver = true
        super.close(reason)
      }
    },
  ],
  [
    'does not close',
    /^a second hello/,
    class extends PassingLink {
      override close(): void {
        // Forgotten.
      }
    },
  ],
  [
    'delivers after its end',
    /^the end is told once/,
    class extends PassingLink {
      override closed(reason: CloseReason): void {
        super.closed(reason)
        super.received({ kind: 'ping', nonce: 1 })
      }
    },
  ],
  [
    'refuses to pause',
    /^a link whose answers pile up/,
    class extends PassingLink {
      override pause(): void {
        // Forgotten.
      }
    },
  ],
  [
    'takes nothing while it is paused',
    /^a client that asks for much while its window is full/,
    class extends PassingLink {
      private isPaused = false

      override get roomBytes(): number {
        return this.isPaused ? 0 : super.roomBytes
      }

      override pause(): void {
        this.isPaused = true
        super.pause()
      }

      override resume(): void {
        this.isPaused = false
        super.resume()
      }
    },
  ],
  [
    'does not read on after a pause',
    /^a client that asks faster/,
    class extends PassingLink {
      override resume(): void {
        // Forgotten.
      }
    },
  ],
  [
    'forgets to say that there is room again',
    /^a reader of `latest` that stalls/,
    class extends PassingLink {
      override writable(): void {
        // Forgotten.
      }
    },
  ],
  [
    'says that there is room before there is',
    /^a link whose answers pile up/,
    class extends PassingLink {
      override received(message: ClientMessage): void {
        super.received(message)
        this.writable()
      }
    },
  ],
  [
    'claims room, takes nothing and never says that it could',
    /^a ping is answered/,
    class extends PassingLink {
      override send(): Taken {
        return { items: 0, bytes: 0 }
      }
    },
  ],
  [
    'always claims room',
    /^a reader of `latest` that stalls/,
    class extends PassingLink {
      override get roomBytes(): number {
        return 65_536
      }
    },
  ],
]
