import type { Acknowledge, Publish } from '../../core/index.js'
import { acknowledge } from './acknowledge.js'
import { outgoingPublish } from './publish.js'
import type { RequestMessage } from './requests.js'
import { requests } from './requests.js'
import { Writer } from './writer.js'

/*
 * What a client sends. Each function makes a whole frame; frames put one behind the other are one frame, in which at most
 * one acknowledges. [PROTOCOL 1.4]
 */

/** [PROTOCOL 6] */
export function encodePublish(message: Publish): Uint8Array {
  // Room for the value, path and numbers of an ordinary publish, so that the writer need not grow.
  const writer = new Writer(64 + message.value.length + 3 * (message.path?.length ?? 0))
  writer.message(1, outgoingPublish, message)
  return writer.written()
}

/** `bytes`: of all frames received since the link opened. [PROTOCOL 5] */
export function encodeAcknowledge(bytes: number, message: Acknowledge): Uint8Array {
  const writer = new Writer(64)
  writer.message(2, acknowledge, { ...message, bytes })
  return writer.written()
}

/** Whatever else a client says: hello, subscriptions, and so on. [PROTOCOL 2, 3] */
export function encodeRequest(message: RequestMessage): Uint8Array {
  const writer = new Writer()
  writer.message(3, requests, message)
  return writer.written()
}
