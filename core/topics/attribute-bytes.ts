import type { Attributes } from '../messages.js'
import { utf8Length } from './path.js'

/** Bytes of all names and values. */
export function attributeBytes(attributes: Attributes): number {
  const texts = [...attributes.pairs.flat(), attributes.contentType ?? '', attributes.replyPath ?? '']
  return texts.reduce((sum, text) => sum + utf8Length(text), attributes.correlation?.length ?? 0)
}
