/** Packets that are nearly right. */
import fc from 'fast-check'
import { mqttLimits } from '../../../codecs/mqtt/index.js'
import { mutated } from '../mutated-bytes.js'
import { bytesOf, fromClient, malformedPackets, publishes } from './vectors.js'

const vectors = [...fromClient, ...malformedPackets, ...publishes].map(({ hex }) => bytesOf(hex))
const golden = fc.constantFrom(...vectors.map((packet) => [...packet]))

/** A length that is not that of the body would end the reading before it began, so most get the right one again. */
const reframed = (bytes: readonly number[]): Uint8Array => packetOf(bytes[0] ?? 0, bytes.slice(2))

/** A packet of this first byte and body, with its length. */
export function packetOf(first: number, body: readonly number[]): Uint8Array {
  const length: number[] = []
  for (let left = body.length; left > 0 || length.length === 0; left >>= 7)
    length.push(left < 128 ? left : (left & 127) | 128)
  return Uint8Array.from([first, ...length, ...body])
}

const times = (count: number, bytes: readonly number[]): number[] => Array.from({ length: count }, () => bytes).flat()

/** One more than there may be in one packet: filters of a SUBSCRIBE, and empty user properties of an UNSUBSCRIBE. */
const crowded = [
  packetOf(0x82, [0, 1, 0, ...times(mqttLimits.filtersMax + 1, [0, 1, 0x61, 0])]),
  packetOf(0xa2, [0, 1, 0x85, 0x28, ...times(mqttLimits.userPropertiesMax + 1, [0x26, 0, 0, 0, 0]), 0, 1, 0x61]),
]

/** First packets of other protocols, by name and level. */
const foreign = [
  ['MQIsdp', 3],
  ['MQTT', 3],
  ['MQTT', 6],
  ['MQTT', 0x83],
] as const
const strangers = foreign.map(([name, level]) => packetOf(0x10, [0, name.length, ...Buffer.from(name), level]))

/** Lengths that are cut short, or have no end. */
const headless = [[], [0x30], [0x30, 0x80], [0x30, 0xff, 0xff, 0xff, 0xff, 1]].map((bytes) => Uint8Array.from(bytes))

/** Right ones of all kinds, and wrong ones; those that are too long or too short to be changed in many ways among them. */
export const goldenPackets = [...vectors, ...crowded, ...strangers, ...headless]

const changed = mutated(golden, golden)

/** One golden packet, changed in a few places. */
export const mutatedPacket = fc.oneof(
  { weight: 4, arbitrary: changed.map(reframed) },
  { weight: 1, arbitrary: changed.map((bytes) => Uint8Array.from(bytes)) },
)
