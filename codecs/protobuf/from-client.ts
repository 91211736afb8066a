import type { Acknowledge, ClientMessage, Hello } from '../../core/index.js'
import { acknowledge } from './acknowledge.js'
import type { DecodedFrame } from './decoded-frame.js'
import { outcomeOf } from './decoded-frame.js'
import { incomingPublish } from './publish.js'
import { Reader } from './reader.js'
import { requests } from './requests.js'
import { protocolVersion } from './version.js'

/** Takes what a frame from a client says, in the order of its bytes. [PROTOCOL 1.4] */
export interface FromClientReceiver {
  /** Address of the peer, for the credentials of a hello. */
  readonly peer: string
  /**
   * Whatever the client says but acknowledgements. Values are views of the frame: who keeps one copies it. Of a hello's
   * versions those are left that are spoken here; without any the link ends with `unsupportedVersion`. [PROTOCOL 2.2]
   */
  received(message: ClientMessage): void
  /** `bytes`: of all frames, counted by the client since the link opened. [PROTOCOL 5.1] */
  acknowledged(bytes: number, message: Acknowledge): void
}

const publishPart = 1
const acknowledgePart = 2
const requestPart = 3
const repeated = (1 << publishPart) | (1 << requestPart)

/**
 * One frame from a client, read field by field, so that whoever reads may stop in between and go on later: a frame holds tens
 * of thousands of them. Never throws; what stood before a malformed place was handed over. [PROTOCOL 1]
 */
export class ClientFrame {
  private readonly reader: Reader

  constructor(frame: Uint8Array) {
    this.reader = new Reader(frame)
  }

  /** Nothing follows, be it for a fault. */
  get isOver(): boolean {
    return this.reader.isOver
  }

  /** Good once it is over. */
  get outcome(): DecodedFrame {
    return outcomeOf(this.reader)
  }

  /** Hands over what the next field says. */
  next(receiver: FromClientReceiver): void {
    const { reader } = this
    const part = reader.nextPart(requestPart, repeated)
    if (part === publishPart) receivePublish(reader, receiver)
    else if (part === acknowledgePart) receiveAcknowledge(reader, receiver)
    else if (part === requestPart) receiveRequest(reader, receiver)
  }
}

/** Reads one frame from a client in one go. */
export function decodeFromClient(bytes: Uint8Array, receiver: FromClientReceiver): DecodedFrame {
  const frame = new ClientFrame(bytes)
  while (!frame.isOver) frame.next(receiver)
  return frame.outcome
}

function receivePublish(reader: Reader, receiver: FromClientReceiver): void {
  const message = reader.message(incomingPublish)
  if (reader.why === null) receiver.received(message)
}

function receiveAcknowledge(reader: Reader, receiver: FromClientReceiver): void {
  const { bytes, ...message } = reader.message(acknowledge)
  if (reader.why === null) receiver.acknowledged(bytes, message)
}

function receiveRequest(reader: Reader, receiver: FromClientReceiver): void {
  const message = reader.message(requests)
  if (reader.why !== null || message === null) return
  receiver.received(message.kind === 'hello' ? introduced(message, receiver.peer) : message)
}

/** A hello with what the bytes cannot know. */
function introduced(hello: Hello, peer: string): Hello {
  const versions = hello.versions.filter((version) => version === protocolVersion)
  return { ...hello, versions, credentials: { ...hello.credentials, peer } }
}
