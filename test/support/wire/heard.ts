/** What is heard from a frame. */
import type { DecodedFrame, WireAcknowledge, WireReply, WireUpdate } from '../../../codecs/protobuf/index.js'
import { decodeFromClient, decodeFromGateway } from '../../../codecs/protobuf/index.js'
import type { ClientMessage, Position } from '../../../core/index.js'
import { peer } from './messages.js'

/** What the gateway hears from a frame. */
export function heardByGateway(frame: Uint8Array): {
  outcome: DecodedFrame
  heard: (ClientMessage | WireAcknowledge)[]
} {
  const heard: (ClientMessage | WireAcknowledge)[] = []
  const outcome = decodeFromClient(frame, {
    peer,
    received: (message) => heard.push(message),
    acknowledged: (bytes, message) => heard.push({ ...message, bytes }),
  })
  return { outcome, heard }
}

/** Where a frame leaves its client. */
export type Standing = Omit<Position, 'epoch'>

/** What a client hears from a frame. */
export function heardByClient(frame: Uint8Array) {
  const heard: { updates: WireUpdate[]; standing: Standing[]; replies: WireReply[] } = {
    updates: [],
    standing: [],
    replies: [],
  }
  const outcome = decodeFromGateway(frame, {
    reply: (message) => heard.replies.push(message),
    update: (update) => heard.updates.push(update),
    standing: (offset, held) => heard.standing.push({ offset, held }),
  })
  return { outcome, heard }
}
