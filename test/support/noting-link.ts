import type { CloseReason, Flush, GatewayMessage, Link, Taken } from '../../core/index.js'

/** A link that notes what it is asked to do, in order. */
export class NotingLink implements Link {
  readonly traits = { ordered: true, reliable: true, settles: false, upstream: true }
  readonly roomItems = Number.POSITIVE_INFINITY
  roomBytes = 10_000
  readonly notes: string[] = []
  readonly replies: GatewayMessage[] = []

  send({ replies, batch }: Flush): Taken {
    this.replies.push(...replies)
    for (const reply of replies) this.notes.push(reply.kind)
    return { items: replies.length + batch.count, bytes: 100 }
  }

  pause(): void {
    this.notes.push('pause')
  }

  resume(): void {
    this.notes.push('resume')
  }

  close(reason: CloseReason): void {
    this.notes.push(reason)
  }
}
