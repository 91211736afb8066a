import type { HeldTopic } from '../../core/index.js'
import type { DecodedFrame } from './decoded-frame.js'
import { outcomeOf } from './decoded-frame.js'
import { Reader } from './reader.js'
import type { WireReply } from './replies.js'
import { replies } from './replies.js'
import { standing } from './shared-messages.js'
import type { WireUpdate } from './update-reader.js'
import { updates } from './update-reader.js'

/** Takes what a frame from the gateway says: the replies, then the updates, then where that leaves the client. [PROTOCOL 1.5] */
export interface FromGatewayReceiver {
  reply(message: WireReply): void
  /** `bytes` is a view of the frame: who keeps it copies it. */
  update(update: WireUpdate): void
  /** Not called for a frame that does not say it; then the newest offset counts. [PROTOCOL 4.13] */
  standing(offset: number, held: readonly HeldTopic[]): void
}

const updatesPart = 1
const standingPart = 2
const repliesPart = 3
const repeated = (1 << updatesPart) | (1 << repliesPart)

/**
 * Reads one frame from the gateway. Never throws; what was handed over stays so. The frame is walked once for each of its
 * parts, since updates stand first in the bytes but count last.
 */
export function decodeFromGateway(frame: Uint8Array, receiver: FromGatewayReceiver): DecodedFrame {
  let reader = new Reader(frame)
  for (const part of [repliesPart, updatesPart, standingPart]) {
    reader = new Reader(frame)
    receivePart(reader, part, receiver)
    if (reader.why !== null) break
  }
  return outcomeOf(reader)
}

function receivePart(reader: Reader, wanted: number, receiver: FromGatewayReceiver): void {
  for (let part = next(reader); part !== 0; part = next(reader)) {
    if (part !== wanted) reader.skip()
    else if (part === updatesPart) receiveUpdate(reader, receiver)
    else if (part === repliesPart) receiveReply(reader, receiver)
    else receiveStanding(reader, receiver)
  }
}

const next = (reader: Reader): number => reader.nextPart(repliesPart, repeated)

function receiveReply(reader: Reader, receiver: FromGatewayReceiver): void {
  const reply = reader.message(replies)
  if (reader.why === null && reply !== null) receiver.reply(reply)
}

function receiveUpdate(reader: Reader, receiver: FromGatewayReceiver): void {
  const update = reader.message(updates)
  if (reader.why === null) receiver.update(update)
}

function receiveStanding(reader: Reader, receiver: FromGatewayReceiver): void {
  const { offset, held } = reader.message(standing)
  if (reader.why === null) receiver.standing(offset, held)
}
