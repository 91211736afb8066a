import type { Malformed } from './packets.js'
import type { Reason } from './reasons.js'
import { reasons } from './reasons.js'

/** Says what is wrong with a packet: bytes that cannot be read, unless another reason is given. [MQTT-4.13.1-1] */
export const malformed = (why: string, reason: Reason = reasons.malformedPacket): Malformed => ({
  kind: 'malformed',
  why,
  reason,
})
