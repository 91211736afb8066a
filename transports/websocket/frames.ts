import { deflateRawSync } from 'node:zlib'
import { FrameEncoder } from '../../codecs/protobuf/index.js'
import type { Batch, Flush } from '../../core/index.js'
import { acknowledgeTerms, webSocketLimits } from './limits.js'

/** The longest header of a frame from a server: two bytes and eight of length. RFC 6455 §5.2 */
const headerBytesMax = 10

/** The final and only fragment of a binary message. */
const binaryMessage = 0x82

/** Makes whole WebSocket frames, ready for the socket. One for all links, so that they can share what they are owed alike. */
export class Frames {
  private readonly encoder = new FrameEncoder(deflate)

  /** The frame of one flush: updates alone are shared; what only this link is told is copied in front of them. */
  frameOf({ replies, batch, position }: Flush): Uint8Array {
    if (replies.length === 0 && position === null) return this.sharedFrame(batch)
    const own = this.encoder.encodeReplies(replies, position, acknowledgeTerms)
    const updates = batch.count === 0 ? nothing : payloadOf(this.sharedFrame(batch))
    const frame = Buffer.allocUnsafe(headerBytesMax + own.length + updates.length)
    frame.set(own, headerBytesMax)
    frame.set(updates, headerBytesMax + own.length)
    return withHeader(frame)
  }

  /** The batch keeps the whole frame under this object, so that the next link that is owed the same gets the very same buffer. */
  private sharedFrame(batch: Batch): Uint8Array {
    const kept = batch.frameOf(this)
    if (kept !== null) return kept
    const { buffer, byteOffset, length } = this.encoder.encodeBatch(batch, headerBytesMax)
    const frame = withHeader(Buffer.from(buffer, byteOffset, length))
    batch.keepFrame(this, frame)
    return frame
  }
}

/** Bytes of a frame without its header, which are what the client counts. [PROTOCOL 5.1] */
export function payloadBytes(frame: Uint8Array): number {
  return frame.length - headerBytes(frame)
}

const nothing = new Uint8Array(0)

/** Raw deflate of what is short enough not to hold up the others; a result that is no shorter is not used. */
function deflate(value: Uint8Array): Uint8Array {
  return value.length > webSocketLimits.deflateBytesMax ? value : deflateRawSync(value, { level: 1, memLevel: 5 })
}

function payloadOf(frame: Uint8Array): Uint8Array {
  return frame.subarray(headerBytes(frame))
}

function headerBytes(frame: Uint8Array): number {
  const length = frame[1] ?? 0
  if (length < 126) return 2
  return length === 126 ? 4 : headerBytesMax
}

/** Writes the header right before the payload, into the room that was left for the longest one. */
function withHeader(frame: Buffer): Buffer {
  const length = frame.length - headerBytesMax
  if (length < 126) return headed(frame, 8, length)
  if (length < 65_536) {
    frame.writeUInt16BE(length, 8)
    return headed(frame, 6, 126)
  }
  frame.writeUInt32BE(0, 2)
  frame.writeUInt32BE(length, 6)
  return headed(frame, 0, 127)
}

function headed(frame: Buffer, start: number, length: number): Buffer {
  frame[start] = binaryMessage
  frame[start + 1] = length
  return frame.subarray(start)
}
