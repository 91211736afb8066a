import type { Reason } from './reasons.js'

/** MQTT 3.1.1 is level 4, MQTT 5.0 level 5. */
export type MqttVersion = 4 | 5

/** How often a message is to arrive: at most once, at least once, exactly once. */
export type Qos = 0 | 1 | 2

/** In the order in which they were sent; a name may stand more than once. [MQTT-3.3.2-18] */
export type UserProperties = readonly (readonly [name: string, value: string])[]

/** What a message says about itself and every reader is told. Null: it says nothing of that. */
export interface PublishProperties {
  /** The payload format indicator: whether the payload is UTF-8. */
  readonly isText: boolean | null
  readonly expirySeconds: number | null
  readonly contentType: string | null
  readonly responseTopic: string | null
  /** A copy, good for as long as it is wanted. */
  readonly correlation: Uint8Array | null
  readonly userProperties: UserProperties
}

/** A message. `topicOf` gives its topic, which is not read before, since a link often knows a topic by its bytes. */
export interface Publish {
  readonly kind: 'publish'
  readonly qos: Qos
  readonly isDuplicate: boolean
  readonly isRetained: boolean
  /** The chunk that was decoded, in which the topic lies. */
  readonly bytes: Uint8Array
  readonly topicStart: number
  /** The same as `topicStart` where only an alias names the topic. */
  readonly topicEnd: number
  /** 0 with QoS 0. */
  readonly packetId: number
  /** 0: none. */
  readonly alias: number
  /** A view of the chunk, and good only as long as the chunk is. */
  readonly payload: Uint8Array
  /** It calls its payload text, and the payload is not UTF-8: the gateway may answer with reason 0x99. */
  readonly isMislabelled: boolean
  /** Null if there are none, but perhaps an alias. */
  readonly properties: PublishProperties | null
}

/** One step of the delivery of a message, either way. */
export interface Acknowledgement {
  readonly kind: AcknowledgementKind
  readonly packetId: number
  /** 0 in MQTT 3.1.1. */
  readonly reason: Reason
  readonly reasonString: string | null
  readonly userProperties: UserProperties
}

/** PUBACK ends QoS 1; PUBREC, PUBREL and PUBCOMP are the three steps of QoS 2. */
export type AcknowledgementKind = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'

/** What the connection says of itself besides the will. In MQTT 3.1.1 these are what its standard implies. */
export interface ConnectProperties {
  /** 0: the session ends with the connection; 0xFFFFFFFF: never. */
  readonly sessionExpirySeconds: number
  /** QoS 1 and 2 messages that may be on their way to the client unacknowledged. */
  readonly receiveMax: number
  /** Longest packet that the client takes; null: any. */
  readonly packetBytesMax: number | null
  /** Highest topic alias the client takes; 0: none. */
  readonly topicAliasMax: number
  readonly wantsResponseInformation: boolean
  /** Else reason strings and user properties go only into CONNACK, PUBLISH and DISCONNECT. [MQTT-3.1.2-29] */
  readonly wantsProblemInformation: boolean
  readonly authenticationMethod: string | null
  readonly authenticationData: Uint8Array | null
  readonly userProperties: UserProperties
}

/** The message that is published for a client that goes without saying so. Its bytes are copies. */
export interface Will {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: Qos
  readonly isRetained: boolean
  readonly delaySeconds: number
  readonly isMislabelled: boolean
  readonly properties: PublishProperties | null
}

/** The first packet of a connection. Its bytes are copies. */
export interface Connect {
  readonly kind: 'connect'
  readonly version: MqttVersion
  /**
   * A broker's bridge that says so by bit 7 of the level, as mosquitto's do over 3.1.1. It is not to get back what it sent, and is to
   * see which messages are retained: what `noLocal` and `retainAsPublished` are in MQTT 5.0.
   */
  readonly isBridge: boolean
  /** Clean session in MQTT 3.1.1. */
  readonly isCleanStart: boolean
  /** 0: no limit. */
  readonly keepAliveSeconds: number
  /** Empty: the gateway is to choose one. */
  readonly clientId: string
  readonly will: Will | null
  readonly user: string | null
  readonly password: Uint8Array | null
  readonly properties: ConnectProperties
}

/** A CONNECT of another protocol than we speak; the answer is CONNACK 0x84 in `dialect` (0x01 there in MQTT 3.1.1). */
export interface Unsupported {
  readonly kind: 'unsupported'
  readonly why: string
  readonly dialect: MqttVersion
}

/** One topic filter and how it is to be served. MQTT 3.1.1 says no more than the QoS; the rest is then false and 0. */
export interface Subscription {
  /** As sent; `sharedFilter` takes `$share/…` apart. */
  readonly filter: string
  readonly qos: Qos
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  /** Retained messages: 0 send them, 1 only if the subscription is new, 2 do not. */
  readonly retainHandling: 0 | 1 | 2
}

/** Asks for messages. */
export interface Subscribe {
  readonly kind: 'subscribe'
  readonly packetId: number
  /** 0: none. */
  readonly subscriptionId: number
  readonly userProperties: UserProperties
  readonly subscriptions: readonly Subscription[]
}

/** Asks for no more messages. */
export interface Unsubscribe {
  readonly kind: 'unsubscribe'
  readonly packetId: number
  readonly userProperties: UserProperties
  readonly filters: readonly string[]
}

/** The client is there. */
export interface Pingreq {
  readonly kind: 'pingreq'
}

/** The client goes, and says so. */
export interface Disconnect {
  readonly kind: 'disconnect'
  /** 0x04: the will is to be published all the same. */
  readonly reason: Reason
  /** Null: as CONNECT said. */
  readonly sessionExpirySeconds: number | null
  readonly reasonString: string | null
  readonly userProperties: UserProperties
}

/** One step of enhanced authentication, either way. */
export interface Auth {
  readonly kind: 'auth'
  readonly reason: Reason
  readonly authenticationMethod: string
  readonly authenticationData: Uint8Array | null
  readonly reasonString: string | null
  readonly userProperties: UserProperties
}

/** Any packet that may follow CONNECT. */
export type Packet = Publish | Acknowledgement | Subscribe | Unsubscribe | Pingreq | Disconnect | Auth

/** Not what the standard allows. The link ends; in MQTT 5.0 it says why with `reason`. */
export interface Malformed {
  readonly kind: 'malformed'
  /** For a person: what is wrong, where that helps with the byte of the packet. */
  readonly why: string
  readonly reason: Reason
}

/** A first packet that is malformed, and the dialect in which CONNACK may say so; 0 if it broke off before that was clear. */
export interface MalformedConnect extends Malformed {
  readonly version: MqttVersion | 0
}
