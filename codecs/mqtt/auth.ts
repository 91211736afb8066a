import type { PacketReader } from './packet-reader.js'
import type { Auth } from './packets.js'
import { carriers, readProperties } from './properties.js'
import { reasons } from './reasons.js'

/** What a client may say; that authentication succeeded is said by the gateway. [MQTT-3.15.2-1] */
const allowed = [reasons.continueAuthentication, reasons.reauthenticate] as const

/** Reads the body of an AUTH of MQTT 5.0. [MQTT 5.0, 3.15] */
export function readAuth(reader: PacketReader): Auth {
  const reason = reader.isOver ? reader.fail('no reason code', reasons.protocolError) : reader.reason(allowed)
  const properties = readProperties(reader, carriers.auth)
  const { authenticationMethod, authenticationData, reasonString, userProperties } = properties
  if (authenticationMethod === null) reader.fail('no authentication method', reasons.protocolError)
  return {
    kind: 'auth',
    reason,
    authenticationMethod: authenticationMethod ?? '',
    authenticationData,
    reasonString,
    userProperties,
  }
}
