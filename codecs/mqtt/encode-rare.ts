import { generate, writeToStream } from 'mqtt-packet'
import type { Auth, UserProperties } from './packets.js'
import type { Remarks, ServerDisconnect } from './server-packets.js'

// With its first packet mqtt-packet would otherwise make 65,536 buffers, some 10 MB, for numbers that are hardly ever written here.
writeToStream.cacheNumbers = false

const version5 = { protocolVersion: 5 } as const

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
