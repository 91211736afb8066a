import { deflateRawSync } from 'node:zlib'
import { FrameEncoder } from '../../codecs/protobuf/index.js'
import type { Batch, Flush } from '../../core/index.js'
import { acknowledgeTerms, webSocketLimits } from './limits.js'

/** The final and only fragment of a binary message. */
const binaryMessage = 0x82

/** Makes whole WebSocket frames, ready for the socket. One for all links, so that they can share what they are owed alike. */
export class Frames {
  private readonly encoder = new FrameEncoder(deflate, (bytes) => Buffer.allocUnsafeSlow(bytes))

  /** The frame of one flush: updates alone are shared; what only this link is told is copied in front of them. */
  frameOf({ replies, batch, position }: Flush): Uint8Array {
    if (replies.length === 0 && position === null) return this.sharedFrame(batch)
    const own = this.encoder.encodeReplies(replies, position, acknowledgeTerms)
    const updates = batch.count === 0 ? nothing : payloadOf(this.sharedFrame(batch))
    const length = own.length + updates.length
    const header = headerBytesFor(length)
    const frame = Buffer.allocUnsafe(header + length)
    writeHeader(frame)
    frame.set(own, header)
    frame.set(updates, header + own.length)
    return frame
  }

  /** The batch keeps the whole frame under this object, so that the next link that is owed the same gets the very same buffer. */
  private sharedFrame(batch: Batch): Uint8Array {
    const kept = batch.frameOf(this)
    if (kept !== null) return kept
    const frame = this.encoder.encodeBatch(batch, headerBytesFor)
    writeHeader(frame)
    batch.keepFrame(this, frame)
    return frame
  }
}

/** Bytes of a frame without its header, which are what the client counts. [PROTOCOL 5.1] */
export function payloadBytes(frame: Uint8Array): number {
  return frame.length - headerBytesIn(frame)
}

const nothing = new Uint8Array(0)

/** Raw deflate of what is short enough not to hold up the others; a result that is no shorter is not used. */
function deflate(value: Uint8Array): Uint8Array {
  return value.length > webSocketLimits.deflateBytesMax ? value : deflateRawSync(value, { level: 1, memLevel: 5 })
}

function payloadOf(frame: Uint8Array): Uint8Array {
  return frame.subarray(headerBytesIn(frame))
}

/** Bytes of the header of a frame from a server: two, and the length where it does not fit seven bits. RFC 6455 §5.2 */
function headerBytesFor(payloadLength: number): number {
  if (payloadLength < 126) return 2
  return payloadLength < 65_536 ? 4 : 10
}

/** The same of a whole frame: each header makes frames longer than those with a shorter header can be. */
function headerBytesIn({ length }: Uint8Array): number {
  if (length < 126 + 2) return 2
  return length < 65_536 + 4 ? 4 : 10
}

/** Writes the header into the room that was left for it. */
function writeHeader(frame: Uint8Array): void {
  const header = headerBytesIn(frame)
  const length = frame.length - header
  frame[0] = binaryMessage
  if (header === 2) frame[1] = length
  else writeLongLength(frame, length, header)
}

/** The length in the bytes behind the first two, the highest first. */
function writeLongLength(frame: Uint8Array, length: number, header: number): void {
  frame[1] = header === 4 ? 126 : 127
  let rest = length
  for (let at = header - 1; at >= 2; at--) {
    frame[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
}
