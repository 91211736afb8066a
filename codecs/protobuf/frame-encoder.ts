import type { Audience, Batch, GatewayMessage, HeldVersion, Position, Update } from '../../core/index.js'
import { encoderLimits } from './limits.js'
import type { AcknowledgeTerms } from './replies.js'
import { replies } from './replies.js'
import { standing } from './shared-messages.js'
import type { Allocate } from './slab.js'
import { Slab } from './slab.js'
import type { Deflate } from './update-writer.js'
import { updates } from './update-writer.js'
import { Writer } from './writer.js'

/**
 * Makes the gateway's frames, in two parts of which either may be empty: the updates, which many links share, and what only
 * one link is told. Put one behind the other, in any order, they are a frame. [PROTOCOL 1.5]
 *
 * One encoder serves all links of a transport. The bytes of an update are made once for all readers that hold the same, and
 * remembered with the update under this encoder's identity. [PROTOCOL 8.2]
 */
export class FrameEncoder {
  private readonly deflate: Deflate | null
  private readonly slab: Slab
  private readonly updateWriter = new Writer()
  private readonly replyWriter = new Writer()
  /** The updates of the batch at hand. */
  private readonly pieces: Uint8Array[] = []

  /**
   * `deflate` makes raw deflate (RFC 1951), for readers that inflate; null leaves values as they are. `allocate` makes the
   * memory of frames, so that a transport gets the kind of bytes that its socket likes best.
   */
  constructor(deflate: Deflate | null = null, allocate: Allocate = (bytes) => new Uint8Array(bytes)) {
    this.deflate = deflate
    this.slab = new Slab(encoderLimits.chunkBytes, encoderLimits.chunkShareBytesMax, allocate)
  }

  /**
   * The updates of a batch, behind free bytes for the transport's own header, as many as `headerBytes` says for their length. New
   * memory: the transport may write its header there and keep the whole in the batch, for all who get it.
   */
  encodeBatch(batch: Batch, headerBytes: (length: number) => number): Uint8Array {
    const length = this.gather(batch)
    const header = headerBytes(length)
    const frame = this.slab.take(header + length)
    let at = header
    for (const piece of this.pieces) {
      frame.set(piece, at)
      at += piece.length
    }
    return frame
  }

  /**
   * What only this link is told: replies, and where it stands if the updates do not say. The bytes are good until the next
   * call. `terms` are said in a welcome. [PROTOCOL 4.13, 5.3]
   */
  encodeReplies(messages: readonly GatewayMessage[], position: Position | null, terms: AcknowledgeTerms): Uint8Array {
    this.replyWriter.clear()
    if (position !== null) this.replyWriter.message(2, standing, position)
    for (const message of messages) {
      const reply = message.kind === 'welcome' ? { ...message, ...terms } : message
      this.replyWriter.message(3, replies, reply)
    }
    return this.replyWriter.written()
  }

  /** One update as a part of a frame: made once for all who hold the same `base`, are told the same `flags`, and see alike. */
  encodeUpdate(update: Update, base: HeldVersion | null, flags: number, audience: Audience): Uint8Array {
    const baseOffset = base?.offset ?? 0
    const known = update.encoded(this, audience, baseOffset, flags)
    if (known !== null) return known
    this.updateWriter.clear()
    this.updateWriter.message(1, updates, { update, base, flags, audience, deflate: this.deflate })
    const bytes = this.slab.take(this.updateWriter.length)
    this.updateWriter.copyTo(bytes)
    update.remember(this, audience, baseOffset, flags, bytes)
    return bytes
  }

  /** Collects the bytes of a batch's updates and gives their length. */
  private gather({ updates, bases, flags, audience, count }: Batch): number {
    // What a batch before left here, if an update of it could not be encoded, is not ours.
    this.pieces.length = 0
    let length = 0
    for (let index = 0; index < count; index++) {
      const update = updates[index]
      if (update === undefined) break
      const piece = this.encodeUpdate(update, bases[index] ?? null, flags[index] ?? 0, audience)
      this.pieces.push(piece)
      length += piece.length
    }
    return length
  }
}
