/** Packets that are nearly right. */
import fc from 'fast-check'
import { mutated } from '../mutated-bytes.js'
import { bytesOf, fromClient, malformedPackets, publishes } from './vectors.js'

const hex = [...fromClient, ...malformedPackets, ...publishes].map((vector) => vector.hex)
const golden = fc.constantFrom(...hex.map((each) => [...bytesOf(each)]))

/** A length that is not that of the body would end the reading before it began, so most get the right one again. */
const reframed = (bytes: readonly number[]): Uint8Array => packetOf(bytes[0] ?? 0, bytes.slice(2))

/** A packet of this first byte and body, with its length. */
export function packetOf(first: number, body: readonly number[]): Uint8Array {
  const length = body.length < 128 ? [body.length] : [(body.length % 128) | 0x80, body.length >> 7]
  return Uint8Array.from([first, ...length, ...body])
}

const changed = mutated(golden, golden)

/** One golden packet, changed in a few places. */
export const mutatedPacket = fc.oneof(
  { weight: 4, arbitrary: changed.map(reframed) },
  { weight: 1, arbitrary: changed.map((bytes) => Uint8Array.from(bytes)) },
)
