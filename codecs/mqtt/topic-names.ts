const sharedPrefix = '$share/'
const wildcard = /[+#]/

/** Whether a topic may be published to: it has a character, and neither wildcards nor U+0000. [MQTT-4.7.0-1, MQTT-4.7.3-1, MQTT-4.7.3-2] */
export const isTopicName = (topic: string): boolean => topic !== '' && !wildcard.test(topic) && !topic.includes('\0')

/** Why a text is no topic filter; null if it is one. `$share/…` is looked into only where the version knows it. */
export function whyNotFilter(filter: string, knowsShared: boolean): string | null {
  if (knowsShared && filter.startsWith(sharedPrefix)) return whyNotShared(filter)
  if (filter === '') return 'an empty topic filter'
  return wildcard.test(filter) ? whyNotWildcards(filter.split('/')) : null
}

/** [MQTT-4.7.1-1, MQTT-4.7.1-2] */
function whyNotWildcards(levels: readonly string[]): string | null {
  const last = levels.length - 1
  for (const [index, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || index !== last)) return '# that is not the last level'
    if (level.includes('+') && level !== '+') return '+ within a level'
  }
  return null
}

function whyNotShared(filter: string): string | null {
  const shared = sharedFilter(filter)
  return shared === null ? 'a shared subscription without a name or a filter' : whyNotFilter(shared.filter, false)
}

/** The share name and the filter of `$share/name/filter`; null where it is not that. [MQTT-4.8.2-1, MQTT-4.8.2-2] */
export function sharedFilter(text: string): { readonly name: string; readonly filter: string } | null {
  if (!text.startsWith(sharedPrefix)) return null
  const nameEnd = text.indexOf('/', sharedPrefix.length)
  const name = text.slice(sharedPrefix.length, nameEnd)
  const filter = text.slice(nameEnd + 1)
  return nameEnd < 0 || name === '' || wildcard.test(name) || filter === '' ? null : { name, filter }
}
