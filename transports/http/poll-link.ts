import type {
  CloseReason,
  Credentials,
  Flush,
  GatewayMessage,
  Hello,
  Link,
  LinkOwner,
  LinkTraits,
  Taken,
} from '../../core/index.js'
import type { GatewayDoor, Problem } from '../../net/index.js'
import { pollLimits } from './limits.js'
import { problemOf } from './problems.js'
import { selectorOf } from './target.js'

/** Why a wait is over. */
export type PollOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'closed'; readonly reason: CloseReason }

const traits: LinkTraits = { ordered: true, reliable: true, settles: false, upstream: false }

/**
 * A link that reads one topic until it is at another version than it was, and then ends with its session. It looks at what it is
 * given and keeps nothing.
 *
 * Invariant: `ended` is called once, and never within `send`, in which core is at work.
 */
export class PollLink implements Link {
  readonly traits = traits
  readonly roomBytes = Number.MAX_SAFE_INTEGER
  readonly roomItems = Number.MAX_SAFE_INTEGER
  private owner: LinkOwner | null = null
  private gateway: GatewayDoor | null = null
  private isEnding = false
  private isEnded = false

  /** `offset`: of the version that is known; 0: there is none. */
  constructor(
    private readonly offset: number,
    private readonly ended: (outcome: PollOutcome) => void,
  ) {}

  read(gateway: GatewayDoor, path: string, credentials: Credentials): void {
    this.gateway = gateway
    const owner = gateway.attach(this, 'http', credentials.peer)
    this.owner = owner
    owner.received(helloWith(credentials))
    if (this.isEnded) return
    owner.received({ kind: 'subscribe', request: 1, selector: selectorOf(path) ?? path, options })
  }

  /** The wait is over, for whatever reason comes first. */
  end(outcome: PollOutcome): void {
    if (this.isEnded) return
    this.isEnded = true
    this.owner?.received({ kind: 'bye' })
    this.ended(outcome)
  }

  send({ replies, batch }: Flush): Taken {
    if (this.isEnded) return { items: 0, bytes: 0 }
    for (const reply of replies) this.heard(reply)
    for (let index = 0; index < batch.count; index++) {
      const update = batch.updates[index]
      // Without a value it is as if the topic were not there.
      const offset = update?.content === 'value' ? update.offset : 0
      if (offset !== this.offset) this.endSoon({ kind: 'changed' })
    }
    return { items: replies.length + batch.count, bytes: 0 }
  }

  pause(): void {
    // The other side says nothing, so that there is nothing to stop.
  }

  resume(): void {
    // Nothing was stopped.
  }

  close(reason: CloseReason): void {
    if (this.isEnded) return
    this.isEnded = true
    this.ended({ kind: 'closed', reason })
  }

  private heard(reply: GatewayMessage): void {
    if (reply.kind === 'refused') this.endSoon({ kind: 'refused', problem: problemOf(reply.refusal) })
    // The right to read was withdrawn, or the reader fell behind: to ask again says which.
    if (reply.kind === 'unsubscribed') this.endSoon({ kind: 'changed' })
    if (reply.kind === 'draining') this.endSoon({ kind: 'closed', reason: 'draining' })
  }

  private endSoon(outcome: PollOutcome): void {
    if (this.isEnding) return
    this.isEnding = true
    this.gateway?.clock.soon(() => this.end(outcome))
  }
}

/** One snapshot, then changes: nothing is missed between the fetch before and the first update. [SEM 2.2] */
const options = {
  snapshot: true,
  intervalMs: 0,
  delivery: 'latest',
  priority: null,
  since: { kind: 'now' },
  overflow: 'conflate',
} as const

function helloWith(credentials: Credentials): Hello {
  return {
    kind: 'hello',
    versions: [1],
    credentials,
    features: { deltas: false, deflate: false },
    resume: null,
    sessionTimeoutMs: 0,
    keepAliveMs: 2 * pollLimits.waitMsMax,
    bytesPerSecondMax: 0,
    agent: 'http poll',
  }
}
