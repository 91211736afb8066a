import type { MessageTerms } from '../messages.js'

/** How a reader of several subscriptions gets a message that all of them match: once, as surely as one of them wants, for all. */
export function combined(one: MessageTerms | null, other: MessageTerms | null): MessageTerms | null {
  if (one === null || one === other) return other
  if (other === null || includes(one, other)) return one
  return {
    qos: one.qos > other.qos ? one.qos : other.qos,
    excludesOwn: one.excludesOwn && other.excludesOwn,
    labels: [...one.labels, ...other.labels.filter((label) => !one.labels.includes(label))],
  }
}

function includes(wide: MessageTerms, narrow: MessageTerms): boolean {
  const isAsWide = wide.qos >= narrow.qos && (narrow.excludesOwn || !wide.excludesOwn)
  return isAsWide && narrow.labels.every((label) => wide.labels.includes(label))
}
