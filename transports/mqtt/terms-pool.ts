import type { Qos } from '../../codecs/mqtt/index.js'
import type { MessageTerms } from '../../core/index.js'
import { mqttTransportLimits } from './limits.js'

/** How a client subscribes. */
export interface Wanted {
  readonly qos: Qos
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  /** 0: none. */
  readonly subscriptionId: number
}

/** First character of the label of a subscription whose messages carry the retain flag that they were published with. */
const asPublished = 'r'
const plain = '-'
const noId = `${plain}0`
const noIdAsPublished = `${asPublished}0`

/** Terms by what they say: those who subscribe alike share them, and with them the bytes of what they are sent. */
export class TermsPool {
  /** Without an identifier; there are twelve at most. */
  private readonly plain = new Map<string, MessageTerms>()
  /** With one, those that were made first first. */
  private readonly numbered = new Map<string, MessageTerms>()

  of({ qos, noLocal, retainAsPublished, subscriptionId }: Wanted): MessageTerms {
    const label = `${retainAsPublished ? asPublished : plain}${subscriptionId}`
    const key = `${qos} ${noLocal} ${label}`
    const pool = subscriptionId === 0 ? this.plain : this.numbered
    const known = pool.get(key)
    if (known) return known
    for (const oldest of pool.keys()) {
      if (pool.size < mqttTransportLimits.termsMax) break
      pool.delete(oldest)
    }
    const terms = { qos, excludesOwn: noLocal, labels: [label] }
    pool.set(key, terms)
    return terms
  }
}

/** Whether one of the subscriptions that match wants the flag as it was published. [MQTT-3.3.1-13] */
export function retainsAsPublished({ labels }: MessageTerms): boolean {
  return labels.some((label) => label.startsWith(asPublished))
}

/** Whether a subscription that matches has an identifier; asked per delivery. */
export function hasSubscriptionIds({ labels }: MessageTerms): boolean {
  return labels.some((label) => label !== noId && label !== noIdAsPublished)
}

/** The identifiers of the subscriptions that match. [MQTT-3.3.4-3, MQTT-3.3.4-4] */
export function subscriptionIds({ labels }: MessageTerms): number[] {
  return labels.map((label) => Number(label.slice(1))).filter((id) => id > 0)
}
