import type { TopicState } from '../messages.js'
import { attributeBytes } from './attribute-bytes.js'
import { utf8Length } from './path.js'

/** An empty pair of attributes is bytes, too: those of its length and of its parts. */
const pairBytes = 6

/** About what one topic takes in a page: all of it that its publisher or its creator chose. */
export function stateBytes({ path, value, attributes, properties }: TopicState): number {
  const carried = attributes === null ? 0 : attributeBytes(attributes) + attributes.pairs.length * pairBytes
  return utf8Length(path) + (value?.length ?? 0) + carried + utf8Length(properties?.owner ?? '')
}
