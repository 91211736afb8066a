import type { Attributes } from '../messages.js'
import { textOf } from '../text-values.js'

/** What no text of MQTT holds. [MQTT-1.5.4-1, MQTT-1.5.4-2] */
const unusable = /[\0\p{Surrogate}]/u
const wildcard = /[+#]/

/**
 * Why these attributes cannot be told of this value in every protocol, in words; null: they can. A reader that checks what it
 * is sent would hang up, and where the message is to arrive it would be sent it again at each return. [SEM 1.7]
 */
export function attributesProblem(attributes: Attributes, value: Uint8Array): string | null {
  const { pairs, contentType, replyPath, isText } = attributes
  if (pairs.some(([name, text]) => unusable.test(name) || unusable.test(text)))
    return 'an attribute holds NUL or half of a surrogate pair'
  if (contentType !== null && unusable.test(contentType))
    return 'the content type holds NUL or half of a surrogate pair'
  // One with more levels than our topics have may be a path elsewhere. [MQTT-3.3.2-14]
  if (replyPath !== null && (replyPath === '' || wildcard.test(replyPath) || unusable.test(replyPath)))
    return 'the reply path is none that a topic can have'
  return isText && textOf(value) === null ? 'the value is said to be text and is not UTF-8' : null
}
