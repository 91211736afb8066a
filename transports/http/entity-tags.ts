import { httpLimits } from './limits.js'

/** What a condition names: any version there is, or some. RFC 9110 §13.1 */
export type Tags =
  | { readonly kind: 'any' }
  /** `weak`: written as `W/"…"`; opaque texts without their quotes. */
  | { readonly kind: 'some'; readonly tags: readonly { readonly opaque: string; readonly isWeak: boolean }[] }

/** Reads `If-Match` or `If-None-Match`; null: it cannot be read. */
export function tagsIn(field: string): Tags | null {
  const text = field.trim()
  if (text === '*') return { kind: 'any' }
  const tags: { opaque: string; isWeak: boolean }[] = []
  const pattern = new RegExp(oneTag, 'y')
  let at = 0
  while (at < text.length) {
    pattern.lastIndex = at
    const [whole = '', weak, opaque] = pattern.exec(text) ?? []
    if (opaque === undefined || tags.length >= httpLimits.entityTagsMax) return null
    tags.push({ opaque, isWeak: weak !== undefined })
    at += whole.length
  }
  return tags.length === 0 ? null : { kind: 'some', tags }
}

/** One tag with the comma behind it; empty elements of a list are allowed. RFC 9110 §5.6.1.2, §8.8.3 */
const oneTag = /(?:[ \t]*,)*[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,[ \t]*|$)/

/** Whether the tag is among them by strong comparison: a weak one never is. RFC 9110 §8.8.3.2 */
export function matchesStrongly(tags: Tags, opaque: string): boolean {
  return tags.kind === 'any' || tags.tags.some((tag) => !tag.isWeak && tag.opaque === opaque)
}

/** The same by weak comparison: a weak one may be. */
export function matchesWeakly(tags: Tags, opaque: string): boolean {
  return tags.kind === 'any' || tags.tags.some((tag) => tag.opaque === opaque)
}
