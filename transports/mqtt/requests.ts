import type { Reason, Subscribe, Unsubscribe } from '../../codecs/mqtt/index.js'
import { reasons, sharedFilter } from '../../codecs/mqtt/index.js'
import { intervalOf } from '../../codecs/rate/index.js'
import type { ClientMessage, Done, GroupOrder, Refusal, Refused, Subscribed } from '../../core/index.js'
import { parsePlainSelector } from '../../core/index.js'
import { mqttTransportLimits as limits } from './limits.js'
import { subscribeCode } from './reason-codes.js'
import { refusalText } from './reason-texts.js'
import type { TermsPool } from './terms-pool.js'

/** A packet that asks for several things, each of which core answers by itself. */
interface Asked {
  readonly kind: 'suback' | 'unsuback'
  readonly packetId: number
  readonly reasons: Reason[]
  /** In words, why something of it was refused first; null: nothing was. */
  reasonString: string | null
  left: number
}

/** One of these things. */
interface Pending {
  readonly asked: Asked
  /** Its place in the packet. */
  readonly at: number
  readonly onSuccess: Reason
}

/** A packet of which not everything is asked yet. */
interface Work {
  readonly asked: Asked
  readonly count: number
  ask(at: number): void
}

/** An answer that is complete. */
export interface Answered {
  readonly kind: 'suback' | 'unsuback'
  readonly packetId: number
  readonly reasons: readonly Reason[]
  readonly reasonString: string | null
}

type Wanted = Subscribe['subscriptions'][number]
type Wishes = ReturnType<typeof wishesIn>

/** What is no selector of core's either. */
const unreadable = { code: 'invalidSelector', detail: 'a topic filter of too many levels' } as const

const granted = [reasons.success, reasons.grantedQos1, reasons.grantedQos2] as const
const retainHandling = ['always', 'ifNew', 'never'] as const

/** Subscriptions asked for and given up: one packet is several requests to core, and their answers one packet. [MQTT-3.8.4-1] */
export class Requests {
  private requests = 0
  /** What is asked next; null: everything was. */
  private work: Work | null = null
  private next = 0
  /** By their numbers; null: there are none. */
  private pending: Map<number, Pending> | null = null

  constructor(
    private readonly terms: TermsPool,
    private readonly isBridge: boolean,
    private readonly tell: (message: ClientMessage) => void,
  ) {}

  /** Returns the answer where nothing of it is core's to give. More is to be asked while `isAtWork`. */
  subscribe(packet: Subscribe): Answered | null {
    const wishes = wishesIn(packet.userProperties)
    return this.begin('suback', packet, packet.subscriptions.length, (asked, at) => {
      const wanted = packet.subscriptions[at]
      if (wanted) this.askFor(asked, at, wanted, packet.subscriptionId, wishes)
    })
  }

  /** As `subscribe`. [MQTT-3.10.4-4] */
  unsubscribe(packet: Unsubscribe): Answered | null {
    return this.begin('unsuback', packet, packet.filters.length, (asked, at) => {
      const found = selectorOf(packet.filters[at] ?? '')
      if (found === null) return this.settle(asked, at, reasons.noSubscriptionExisted)
      const request = this.expect(asked, at, reasons.success)
      const group = found.group === null ? {} : { group: found.group }
      this.tell({ kind: 'unsubscribe', request, selector: found.selector, ...group })
    })
  }

  /** One packet asks for more than one step may take: nothing else is to be asked before the rest is, by `goOn`. */
  get isAtWork(): boolean {
    return this.work !== null
  }

  /** As `subscribe`, with what is left of the packet. */
  goOn(): Answered | null {
    const { work } = this
    if (work === null) return null
    const end = Math.min(work.count, this.next + limits.filtersPerStep)
    while (this.next < end) work.ask(this.next++)
    if (end === work.count) this.work = null
    return work.asked.left === 0 ? work.asked : null
  }

  private begin(
    kind: Asked['kind'],
    { packetId }: Subscribe | Unsubscribe,
    count: number,
    ask: (asked: Asked, at: number) => void,
  ): Answered | null {
    const asked: Asked = { kind, packetId, reasons: [], reasonString: null, left: count }
    this.work = { asked, count, ask: (at) => ask(asked, at) }
    this.next = 0
    return this.goOn()
  }

  private askFor(asked: Asked, at: number, wanted: Wanted, subscriptionId: number, wishes: Wishes): void {
    const { filter, qos, noLocal, retainAsPublished, retainHandling: handling } = wanted
    const found = selectorOf(filter)
    if (found === null) return this.refuse(asked, at, unreadable)
    const terms = this.terms.of({
      qos,
      subscriptionId,
      noLocal: noLocal || this.isBridge,
      retainAsPublished: retainAsPublished || this.isBridge,
    })
    const messages = { terms, retained: retainHandling[handling] } as const
    const overflow = qos > 0 ? 'disconnect' : 'conflate'
    const options = { snapshot: false, ...wishes.options, priority: null, since: now, overflow, messages } as const
    const request = this.expect(asked, at, granted[qos])
    const group = found.group === null ? null : { name: found.group, order: wishes.order }
    this.tell({ kind: 'subscribe', request, selector: found.selector, options, ...(group && { group }) })
  }

  /** Core answered one of them; the packet that answers all of one, once it is complete. */
  answered(reply: Subscribed | Done | Refused): Answered | null {
    const pending = this.pending?.get(reply.request)
    if (!pending) return null
    this.pending?.delete(reply.request)
    if (this.pending?.size === 0) this.pending = null
    const { asked, at, onSuccess } = pending
    if (reply.kind === 'refused') this.refuse(asked, at, reply.refusal)
    else this.settle(asked, at, onSuccess)
    return asked.left === 0 ? asked : null
  }

  private expect(asked: Asked, at: number, onSuccess: Reason): number {
    this.requests += 1
    this.pending ??= new Map()
    this.pending.set(this.requests, { asked, at, onSuccess })
    return this.requests
  }

  private refuse(asked: Asked, at: number, refusal: Refusal): void {
    if (asked.kind === 'suback') asked.reasonString ??= `filter ${at + 1}: ${refusalText(refusal)}`
    this.settle(asked, at, refusedCode(asked, refusal))
  }

  private settle(asked: Asked, at: number, reason: Reason): void {
    asked.reasons[at] = reason
    asked.left -= 1
  }
}

const now = { kind: 'now' } as const

function refusedCode({ kind }: Asked, { code }: Refusal): Reason {
  return kind === 'unsuback' ? reasons.noSubscriptionExisted : subscribeCode(code)
}

/** Core's selector for a filter, in which `{` and `~` mean themselves. [SEM 5.3] */
function selectorOf(filter: string): { readonly selector: string; readonly group: string | null } | null {
  const shared = sharedFilter(filter)
  const parsed = parsePlainSelector(shared?.filter ?? filter)
  return parsed.kind === 'malformed' ? null : { selector: parsed.selector.text, group: shared?.name ?? null }
}

/** What a client of MQTT 5.0 can ask for beyond its standard, as user properties of SUBSCRIBE. */
function wishesIn(pairs: readonly (readonly [string, string])[]) {
  const wish = (name: string) => pairs.find(([each]) => each === name)?.[1]
  // What cannot be read is no rate.
  const intervalMs = intervalOf(wish('rate') ?? '') ?? 0
  const wished = wish('delivery')
  const delivery = wished === 'latest' || (wished !== 'all' && intervalMs > 0) ? 'latest' : null
  const order: GroupOrder = wish('order') === 'path' ? 'path' : 'none'
  return { options: { delivery, intervalMs }, order } as const
}
