import { generate, writeToStream } from 'mqtt-packet'
import type { Auth, MqttVersion, UserProperties } from './packets.js'
import type { Reason } from './reasons.js'
import { reasons } from './reasons.js'
import type { Connack, Remarks, ServerDisconnect } from './server-packets.js'

// With its first packet mqtt-packet would otherwise make 65,536 buffers, some 10 MB, for numbers that are hardly ever written here.
writeToStream.cacheNumbers = false

const version5 = { protocolVersion: 5 } as const

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

/** CONNACK; null if MQTT 3.1.1 has no such reason. Who is refused has no session present. [MQTT-3.2.2-6] [MQTT 5.0, 3.2] */
export function encodeConnack(packet: Connack, version: MqttVersion): Uint8Array | null {
  const { reason } = packet
  const sessionPresent = packet.isSessionPresent && reason === reasons.success
  if (version === 5)
    return generate(
      { cmd: 'connack', sessionPresent, reasonCode: reason, properties: connackProperties(packet) },
      version5,
    )
  const returnCode = returnCodes.get(reason)
  // Four bytes, written for each device of a fleet that comes back: to have them generated takes five times as long.
  return returnCode === undefined ? null : Uint8Array.of(connackType, 2, sessionPresent ? 1 : 0, returnCode)
}

/** DISCONNECT of MQTT 5.0. [MQTT 5.0, 3.14] */
export function encodeDisconnect(packet: ServerDisconnect): Uint8Array {
  const { reason: reasonCode, serverReference } = packet
  return generate(
    { cmd: 'disconnect', reasonCode, properties: said({ serverReference, ...remarks(packet) }) },
    version5,
  )
}

/** AUTH of MQTT 5.0. [MQTT 5.0, 3.15] */
export function encodeAuth(packet: Auth): Uint8Array {
  const { reason: reasonCode, authenticationMethod } = packet
  const authenticationData = bufferOf(packet.authenticationData)
  const properties = said({ authenticationMethod, authenticationData, ...remarks(packet) })
  return generate({ cmd: 'auth', reasonCode, properties }, version5)
}

const connackProperties = (packet: Connack) =>
  said({
    sessionExpiryInterval: packet.sessionExpirySeconds,
    receiveMaximum: packet.receiveMax,
    maximumQoS: packet.qosMax,
    retainAvailable: packet.isRetainAvailable,
    maximumPacketSize: packet.packetBytesMax,
    assignedClientIdentifier: packet.assignedClientId,
    topicAliasMaximum: packet.topicAliasMax,
    wildcardSubscriptionAvailable: packet.areWildcardsAvailable,
    subscriptionIdentifiersAvailable: packet.areSubscriptionIdsAvailable,
    sharedSubscriptionAvailable: packet.isSharingAvailable,
    serverKeepAlive: packet.keepAliveSeconds,
    responseInformation: packet.responseInformation,
    serverReference: packet.serverReference,
    authenticationMethod: packet.authenticationMethod,
    authenticationData: bufferOf(packet.authenticationData),
    ...remarks(packet),
  })

const remarks = ({ reasonString, userProperties }: Remarks) => ({
  reasonString,
  // An empty set would make mqtt-packet write nothing at all.
  userProperties: userProperties === undefined || userProperties.length === 0 ? null : byName(userProperties),
})

/** As mqtt-packet has them: names with all their values. */
function byName(userProperties: UserProperties): Record<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [name, value] of userProperties) values.set(name, [...(values.get(name) ?? []), value])
  return Object.fromEntries(values)
}

type Said<T> = { [Name in keyof T]?: NonNullable<T[Name]> }

/** Without what is not said. */
function said<T extends object>(properties: T): Said<T> {
  const rest: Said<T> = {}
  for (const name in properties) {
    const value = properties[name]
    if (value !== undefined && value !== null) rest[name] = value
  }
  return rest
}

const bufferOf = (bytes: Uint8Array | null | undefined): Buffer | null =>
  bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : null
