import type { Acknowledgement, Auth, PublishProperties, Qos, UserProperties } from './packets.js'
import type { Reason } from './reasons.js'

/** What MQTT 5.0 can add to a packet for a person to read. It is left out where the packet would be too long for its receiver. */
export interface Remarks {
  readonly reasonString?: string | null | undefined
  readonly userProperties?: UserProperties | undefined
}

/** The answer to CONNECT. MQTT 3.1.1 has only the first two, and few reasons. What is not said is as §3.2.2.3 says then. */
export interface Connack extends Remarks {
  readonly kind: 'connack'
  readonly isSessionPresent: boolean
  readonly reason: Reason
  readonly sessionExpirySeconds?: number | undefined
  /** QoS 1 and 2 messages that may be on their way to the gateway unacknowledged. */
  readonly receiveMax?: number | undefined
  readonly qosMax?: 0 | 1 | undefined
  readonly isRetainAvailable?: boolean | undefined
  readonly packetBytesMax?: number | undefined
  readonly assignedClientId?: string | undefined
  readonly topicAliasMax?: number | undefined
  readonly areWildcardsAvailable?: boolean | undefined
  readonly areSubscriptionIdsAvailable?: boolean | undefined
  readonly isSharingAvailable?: boolean | undefined
  readonly keepAliveSeconds?: number | undefined
  readonly responseInformation?: string | undefined
  readonly serverReference?: string | undefined
  readonly authenticationMethod?: string | undefined
  readonly authenticationData?: Uint8Array | undefined
}

/** The answer to SUBSCRIBE: a reason for each filter, in their order; the granted QoS is one. */
export interface Suback extends Remarks {
  readonly kind: 'suback'
  readonly packetId: number
  readonly reasons: readonly Reason[]
}

/** The answer to UNSUBSCRIBE: a reason for each filter, in their order, which MQTT 3.1.1 does not tell. */
export interface Unsuback extends Remarks {
  readonly kind: 'unsuback'
  readonly packetId: number
  readonly reasons: readonly Reason[]
}

/** The gateway is there. */
export interface Pingresp {
  readonly kind: 'pingresp'
}

/** The gateway ends the connection. MQTT 3.1.1 has no word for it. */
export interface ServerDisconnect extends Remarks {
  readonly kind: 'disconnect'
  readonly reason: Reason
  readonly serverReference?: string | undefined
}

/** What the gateway sends besides messages. */
export type ServerPacket = Connack | Acknowledgement | Suback | Unsuback | Pingresp | ServerDisconnect | Auth

/** A message as one kind of reader is to get it. What is for MQTT 5.0 is not written in MQTT 3.1.1. */
export interface OutgoingPublish {
  /** Null: the reader knows the topic by `alias`. */
  readonly topic: string | null
  /** 0: none. */
  readonly alias: number
  readonly qos: Qos
  readonly isRetained: boolean
  readonly isDuplicate: boolean
  /** Not written with QoS 0. */
  readonly packetId: number
  readonly payload: Uint8Array
  readonly properties: PublishProperties | null
  readonly subscriptionIds: readonly number[]
}

/** Places within a PUBLISH, counted from its first byte; 0: it has no such thing. */
export interface PublishPlaces {
  readonly packetId: number
  /** The four bytes of the message expiry interval. */
  readonly expiry: number
  readonly payload: number
}
