import { deflateRawSync } from 'node:zlib'
import type { AcknowledgeTerms } from '../../codecs/protobuf/index.js'
import { FrameEncoder } from '../../codecs/protobuf/index.js'
import type { Batch, Flush } from '../../core/index.js'
import { frameHeaderBytes, frameHeaderBytesIn, writeFrameHeader } from '../../net/index.js'
import { webSocketLimits } from './limits.js'

/**
 * Updates of so many bytes are still copied behind what one link alone is told; longer ones are a second piece of the write. For a
 * hundred readers of 100 KB values at 150/s that is p99 of 17 to 79 ms instead of 29 to 650; with 10 KB it makes no difference.
 */
const copiedBytesMax = 16_384

/** A frame in the pieces that it is written in, since those of many links may end alike. To be taken apart before the next is made. */
export interface Frame {
  readonly head: Uint8Array
  /** Null: the head is all. */
  readonly tail: Uint8Array | null
}

/** Makes whole WebSocket frames, ready for the socket. One for all links, so that they can share what they are owed alike. */
export class Frames {
  private readonly encoder = new FrameEncoder(deflate, (bytes) => Buffer.allocUnsafeSlow(bytes))
  /** Filled over and over. */
  private readonly frame: { head: Uint8Array; tail: Uint8Array | null } = { head: nothing, tail: null }

  /** The frame of one flush: updates alone are shared; what only this link is told, `terms` in a welcome, goes in front of them. */
  frameOf({ replies, batch, position }: Flush, terms: AcknowledgeTerms): Frame {
    const { frame } = this
    frame.tail = null
    if (replies.length === 0 && position === null) frame.head = this.sharedFrame(batch)
    else this.makeOwn(this.encoder.encodeReplies(replies, position, terms), this.updatesOf(batch))
    return frame
  }

  private makeOwn(own: Uint8Array, updates: Uint8Array): void {
    const isCopied = updates.length <= copiedBytesMax
    const payloadLength = own.length + updates.length
    const header = frameHeaderBytes(payloadLength)
    const head = Buffer.allocUnsafe(header + (isCopied ? payloadLength : own.length))
    writeFrameHeader(head, header, payloadLength)
    head.set(own, header)
    if (isCopied) head.set(updates, header + own.length)
    this.frame.head = head
    this.frame.tail = isCopied ? null : updates
  }

  private updatesOf(batch: Batch): Uint8Array {
    if (batch.count === 0) return nothing
    const frame = this.sharedFrame(batch)
    return frame.subarray(frameHeaderBytesIn(frame.length))
  }

  /** The batch keeps the whole frame under this object, so that the next link that is owed the same gets the very same buffer. */
  private sharedFrame(batch: Batch): Uint8Array {
    const kept = batch.frameOf(this)
    if (kept !== null) return kept
    const frame = this.encoder.encodeBatch(batch, frameHeaderBytes)
    const header = frameHeaderBytesIn(frame.length)
    writeFrameHeader(frame, header, frame.length - header)
    batch.keepFrame(this, frame)
    return frame
  }
}

/** Bytes of a frame of `length` bytes without its header, which are what the client counts. [PROTOCOL 5.1] */
export function payloadBytes(length: number): number {
  return length - frameHeaderBytesIn(length)
}

const nothing = new Uint8Array(0)

/** Raw deflate of what is short enough not to hold up the others; a result that is no shorter is not used. */
function deflate(value: Uint8Array): Uint8Array {
  return value.length > webSocketLimits.deflateBytesMax ? value : deflateRawSync(value, { level: 1, memLevel: 5 })
}
