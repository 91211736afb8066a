import { mqttLimits } from './limits.js'
import type { PacketReader } from './packet-reader.js'
import type { MqttVersion, Subscribe, Subscription, Unsubscribe } from './packets.js'
import { carriers, noProperties, readProperties } from './properties.js'
import { reasons } from './reasons.js'
import { sharedFilter, whyNotFilter } from './topic-names.js'

const steps = [0, 1, 2] as const
const noLocalFlag = 4
const retainAsPublishedFlag = 8

/** Bits of the options that must be 0. [MQTT-3.8.3-5], [MQTT-3-8.3-4] of 3.1.1 */
const reservedBits = { 4: 0xfc, 5: 0xc0 } as const

/** Reads the body of a SUBSCRIBE. [MQTT 5.0, 3.8] */
export function readSubscribe(reader: PacketReader, version: MqttVersion): Subscribe {
  const packetId = reader.packetId()
  const properties = version === 5 ? readProperties(reader, carriers.subscribe) : noProperties
  const { subscriptionId, userProperties } = properties
  const subscriptions = readList(reader, () => readSubscription(reader, version))
  return { kind: 'subscribe', packetId, subscriptionId, userProperties, subscriptions }
}

/** Reads the body of an UNSUBSCRIBE. [MQTT 5.0, 3.10] */
export function readUnsubscribe(reader: PacketReader, version: MqttVersion): Unsubscribe {
  const packetId = reader.packetId()
  const { userProperties } = version === 5 ? readProperties(reader, carriers.unsubscribe) : noProperties
  return { kind: 'unsubscribe', packetId, userProperties, filters: readList(reader, () => readFilter(reader, version)) }
}

/** All up to the end of the packet, at least one. [MQTT-3.8.3-2, MQTT-3.10.3-2] */
function readList<T>(reader: PacketReader, read: () => T): T[] {
  const { filtersMax } = mqttLimits
  const list: T[] = []
  if (reader.isOver) reader.fail('no topic filter', reasons.protocolError)
  while (!reader.isOver) {
    if (list.length >= filtersMax) reader.fail(`more than ${filtersMax} topic filters`, reasons.quotaExceeded)
    else list.push(read())
  }
  return list
}

function readFilter(reader: PacketReader, version: MqttVersion): string {
  const filter = reader.text()
  const why = whyNotFilter(filter, version === 5)
  if (why !== null) reader.fail(why, reasons.topicFilterInvalid)
  return filter
}

function readSubscription(reader: PacketReader, version: MqttVersion): Subscription {
  const filter = readFilter(reader, version)
  const options = reader.byte()
  const noLocal = (options & noLocalFlag) !== 0
  const [qos, retainHandling] = [steps[options & 3], steps[(options >> 4) & 3]]
  if ((options & reservedBits[version]) !== 0) reader.fail('reserved bits of the options are set')
  if (qos === undefined) reader.fail('QoS 3', version === 5 ? reasons.protocolError : undefined)
  if (retainHandling === undefined) reader.fail('retain handling 3', reasons.protocolError)
  // [MQTT-3.8.3-4]
  if (noLocal && sharedFilter(filter) !== null)
    reader.fail('a shared subscription with no local', reasons.protocolError)
  const retainAsPublished = (options & retainAsPublishedFlag) !== 0
  return { filter, qos: qos ?? 0, noLocal, retainAsPublished, retainHandling: retainHandling ?? 0 }
}
