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
 * remembered with the update under this encoder's identity, where others may want it. [PROTOCOL 8.2]
 */
export class FrameEncoder {
  private readonly deflate: Deflate | null
  private readonly slab: Slab
  private readonly updateWriter = new Writer()
  private readonly replyWriter = new Writer()

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
    const { updateWriter: writer } = this
    writer.clear()
    for (let index = 0; index < batch.count; index++) {
      const update = batch.updates[index]
      if (update === undefined) break
      this.writeUpdate(update, batch.bases[index] ?? null, batch.flags[index] ?? 0, batch.audience)
    }
    const header = headerBytes(writer.length)
    const frame = this.slab.take(header + writer.length)
    writer.copyTo(frame, header)
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
      if (message.kind === 'challenge' || message.kind === 'authenticated' || message.kind === 'denied') continue
      const reply = message.kind === 'welcome' ? { ...message, ...terms } : message
      this.replyWriter.message(3, replies, reply)
    }
    return this.replyWriter.written()
  }

  /** Adds one update: made once for all who hold the same `base`, are told the same `flags`, and see alike. */
  private writeUpdate(update: Update, base: HeldVersion | null, flags: number, audience: Audience): void {
    const { updateWriter: writer } = this
    const baseOffset = base?.offset ?? 0
    const known = update.isShared ? update.encoded(this, audience, baseOffset, flags) : null
    if (known !== null) return writer.raw(known)
    const start = writer.length
    writer.message(1, updates, { update, base, flags, audience, deflate: this.deflate })
    if (!update.isShared) return
    const bytes = this.slab.take(writer.length - start)
    bytes.set(writer.written().subarray(start))
    update.remember(this, audience, baseOffset, flags, bytes)
  }
}
