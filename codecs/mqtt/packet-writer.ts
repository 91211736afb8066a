import { ByteWriter, varintBytes } from './byte-writer.js'
import type { AcknowledgementKind, MqttVersion } from './packets.js'
import type { Reason } from './reasons.js'
import type { OutgoingPublish, PublishPlaces } from './server-packets.js'
import { writePublishProperties } from './write-properties.js'

/** Packet type, and the flags that it must have. */
export const firstByte = { publish: 0x30, puback: 0x40, pubrec: 0x50, pubrel: 0x62, pubcomp: 0x70 } as const

const duplicateFlag = 8

/**
 * Writes the packets that are sent most, one behind the other, into memory of its own.
 *
 * What was written is to be copied or sent before more is written or `clear` is called.
 */
export class PacketWriter {
  private readonly out = new ByteWriter()

  /** Bytes written so far. */
  get length(): number {
    return this.out.length
  }

  /** What was written, as long as nothing else is. */
  written(): Uint8Array {
    return this.out.written()
  }

  /** Forgets what was written. */
  clear(): void {
    this.out.clear()
  }

  /** A packet that was encoded before. */
  raw(packet: Uint8Array): void {
    this.out.raw(packet)
  }

  /** An acknowledgement without remarks. A reason of success is not written, and MQTT 3.1.1 has none. [MQTT 5.0, 3.4.2.1] */
  acknowledge(kind: AcknowledgementKind, packetId: number, reason: Reason, version: MqttVersion): void {
    const hasReason = version === 5 && reason !== 0
    this.out.byte(firstByte[kind])
    this.out.byte(hasReason ? 3 : 2)
    this.out.uint16(packetId)
    if (hasReason) this.out.byte(reason)
  }

  /**
   * A message, and where in it lies what differs from reader to reader. [MQTT 5.0, 3.3]
   *
   * `isWhole` false: all but its payload, which is to be sent behind it.
   *
   * Throws RangeError where a text has more than 65,535 bytes or the packet more than 268,435,455; nothing is written then.
   */
  publish(message: OutgoingPublish, version: MqttVersion, isWhole = true): PublishPlaces {
    const start = this.out.length
    try {
      const places = this.writeHead(message, version, start)
      if (isWhole) this.out.raw(message.payload)
      return places
    } catch (error) {
      this.out.cutTo(start)
      throw error
    }
  }

  private writeHead(message: OutgoingPublish, version: MqttVersion, start: number): PublishPlaces {
    const { out } = this
    const { topic, qos, payload } = message
    const headerBytes = 1 + varintBytes(leastLength(message, version))
    out.insert(start, headerBytes)
    if (topic === null) out.uint16(0)
    else out.text(topic)
    const packetId = qos === 0 ? 0 : out.length
    if (qos !== 0) out.uint16(message.packetId)
    const expiry = version === 5 ? writePublishProperties(out, message) : 0
    const length = out.length - start - headerBytes + payload.length
    const moved = 1 + varintBytes(length) - headerBytes
    if (moved > 0) out.insert(start, moved)
    out.put(start, firstByteOf(message))
    out.putVarint(start + 1, length)
    const payloadPlace = out.length - start
    const placed = (at: number): number => (at === 0 ? 0 : at - start + moved)
    return { packetId: placed(packetId), expiry: placed(expiry), payload: payloadPlace }
  }
}

/** The remaining length where the topic is ASCII and there are no properties; never more than it is. */
const leastLength = ({ topic, qos, payload }: OutgoingPublish, version: MqttVersion): number =>
  2 + (topic?.length ?? 0) + (qos === 0 ? 0 : 2) + (version === 5 ? 1 : 0) + payload.length

const firstByteOf = ({ isDuplicate, qos, isRetained }: OutgoingPublish): number =>
  firstByte.publish | (isDuplicate ? duplicateFlag : 0) | (qos << 1) | (isRetained ? 1 : 0)
