import { mqttLimits } from './limits.js'
import type { PacketReader } from './packet-reader.js'
import type { PublishProperties, UserProperties } from './packets.js'
import { reasons } from './reasons.js'
import { isTopicName } from './topic-names.js'

/** All that a client may say in properties; null, 0 or empty is what it did not say. Each packet takes what it may have. */
export interface Properties extends PublishProperties {
  readonly willDelaySeconds: number
  readonly subscriptionId: number
  readonly sessionExpirySeconds: number | null
  readonly receiveMax: number
  readonly packetBytesMax: number | null
  readonly topicAliasMax: number
  readonly topicAlias: number
  readonly wantsResponseInformation: boolean
  readonly wantsProblemInformation: boolean
  readonly authenticationMethod: string | null
  readonly authenticationData: Uint8Array | null
  readonly reasonString: string | null
}

type UserProperty = UserProperties[number]

/** While they are read. */
type Writable = { -readonly [Name in keyof Properties]: Properties[Name] }

/** `receiveMax` and the two wishes are what a CONNECT without properties says. [MQTT 5.0, 3.1.2.11] */
const emptyProperties = (userProperties: UserProperty[]): Writable => ({
  isText: null,
  expirySeconds: null,
  contentType: null,
  responseTopic: null,
  correlation: null,
  userProperties,
  willDelaySeconds: 0,
  subscriptionId: 0,
  sessionExpirySeconds: null,
  receiveMax: 65_535,
  packetBytesMax: null,
  topicAliasMax: 0,
  topicAlias: 0,
  wantsResponseInformation: false,
  wantsProblemInformation: true,
  authenticationMethod: null,
  authenticationData: null,
  reasonString: null,
})

/** For packets that have no properties. */
export const noProperties: Properties = emptyProperties([])

/** What has properties, one bit each. */
export const carriers = {
  connect: 1,
  will: 2,
  publish: 4,
  acknowledgement: 8,
  subscribe: 16,
  unsubscribe: 32,
  disconnect: 64,
  auth: 128,
} as const

const { connect, will, publish, acknowledgement, subscribe, disconnect, auth } = carriers
const message = will | publish

/** One property that a client may send, in the carriers that may have it. */
const row = <Name extends keyof Properties>(
  id: number,
  carriers: number,
  name: Name,
  read: (reader: PacketReader) => Properties[Name],
) => ({
  id,
  carriers,
  read: (reader: PacketReader, into: Writable) => {
    into[name] = read(reader)
  },
})

/** Without user properties, which may stand anywhere and more than once. [MQTT 5.0, 2.2.2.2] */
const table = [
  row(0x01, message, 'isText', (reader) => reader.flag()),
  row(0x02, message, 'expirySeconds', (reader) => reader.uint32()),
  row(0x03, message, 'contentType', (reader) => reader.text()),
  row(0x08, message, 'responseTopic', (reader) => responseTopic(reader)),
  row(0x09, message, 'correlation', (reader) => reader.binary()),
  row(0x0b, subscribe, 'subscriptionId', (reader) => reader.positive(reader.varint())),
  row(0x11, connect | disconnect, 'sessionExpirySeconds', (reader) => reader.uint32()),
  row(0x15, connect | auth, 'authenticationMethod', (reader) => reader.text()),
  row(0x16, connect | auth, 'authenticationData', (reader) => reader.binary()),
  row(0x17, connect, 'wantsProblemInformation', (reader) => reader.flag()),
  row(0x18, will, 'willDelaySeconds', (reader) => reader.uint32()),
  row(0x19, connect, 'wantsResponseInformation', (reader) => reader.flag()),
  row(0x1f, acknowledgement | disconnect | auth, 'reasonString', (reader) => reader.text()),
  row(0x21, connect, 'receiveMax', (reader) => reader.positive(reader.uint16())),
  row(0x22, connect, 'topicAliasMax', (reader) => reader.uint16()),
  row(0x23, publish, 'topicAlias', (reader) => topicAlias(reader)),
  row(0x27, connect, 'packetBytesMax', (reader) => reader.positive(reader.uint32())),
]

const rows = new Map(table.map((each, index) => [each.id, { ...each, bit: 1 << index }]))

const userProperty = 0x26

/** What the standard allows in these packets, but not from a client. [MQTT-3.3.4-6] [MQTT 5.0, 3.14.2.2.5] */
const onlyFromServer = [
  { id: 0x0b, carrier: publish },
  { id: 0x1c, carrier: disconnect },
] as const

/** Reads the properties that stand at the reader's place, with their length. [MQTT 5.0, 2.2.2] */
export function readProperties(reader: PacketReader, carrier: number): Properties {
  const userProperties: UserProperty[] = []
  const properties = emptyProperties(userProperties)
  let seen = 0
  reader.section(() => {
    const id = reader.varint()
    const known = rows.get(id)
    if (id === userProperty) readUserProperty(reader, userProperties)
    else if (known === undefined || (known.carriers & carrier) === 0) refuse(reader, id, carrier)
    else if ((seen & known.bit) !== 0) reader.fail(`${named(id)} stands twice`, reasons.protocolError)
    else known.read(reader, properties)
    seen |= known?.bit ?? 0
  })
  return properties
}

/** Those of a message that its readers are told; null if there are none. */
export function publishProperties(properties: Properties): PublishProperties | null {
  const { isText, expirySeconds, contentType, responseTopic, correlation, userProperties } = properties
  const isEmpty =
    isText === null &&
    expirySeconds === null &&
    contentType === null &&
    responseTopic === null &&
    correlation === null &&
    userProperties.length === 0
  return isEmpty ? null : { isText, expirySeconds, contentType, responseTopic, correlation, userProperties }
}

const named = (id: number): string => `property 0x${id.toString(16).padStart(2, '0')}`

function refuse(reader: PacketReader, id: number, carrier: number): void {
  const isFromServer = onlyFromServer.some((each) => each.id === id && each.carrier === carrier)
  reader.fail(`${named(id)}, which this packet may not have`, isFromServer ? reasons.protocolError : undefined)
}

/** [MQTT-3.3.2-14] */
function responseTopic(reader: PacketReader): string {
  const topic = reader.text()
  if (!isTopicName(topic)) reader.fail('a response topic that no topic can have', reasons.topicNameInvalid)
  return topic
}

/** [MQTT-3.3.2-8] */
function topicAlias(reader: PacketReader): number {
  return reader.uint16() || reader.fail('topic alias 0', reasons.topicAliasInvalid)
}

function readUserProperty(reader: PacketReader, into: UserProperty[]): void {
  const { userPropertiesMax } = mqttLimits
  if (into.length >= userPropertiesMax)
    reader.fail(`more than ${userPropertiesMax} user properties`, reasons.quotaExceeded)
  else into.push([reader.text(), reader.text()])
}
