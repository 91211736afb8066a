import type { EventForm } from '../../codecs/sse/index.js'
import { EventEncoder, EventWriter, hasGap } from '../../codecs/sse/index.js'
import type { Batch } from '../../core/index.js'
import { lastLeavingOut, StandingIds } from './standing-ids.js'

const encoder = new TextEncoder()
const lineEnd = [13, 10] as const

/** Makes what is written to a stream in one go, for all streams of one form; those that are owed alike get the very same buffer. */
export class Frames {
  private readonly writer = new EventWriter()
  private readonly events: EventEncoder

  constructor(
    private readonly epoch: string,
    form: EventForm,
    private readonly isChunked: boolean,
  ) {
    this.events = new EventEncoder(epoch, form)
  }

  /** The frame of updates that go on from where their reader stands, and leave nothing held back; null: one comes after a gap. */
  sharedFrame(batch: Batch): Uint8Array | null {
    const kept = batch.frameOf(this)
    if (kept !== null) return kept
    if (hasGap(batch)) return null
    this.writer.clear()
    if (lastLeavingOut(batch) === 0) this.events.writePlain(batch, this.writer)
    else
      this.events.writeWith(
        new StandingIds(this.epoch, null).idsFor(batch, null),
        batch,
        { now: '', isSynced: true },
        this.writer,
      )
    const frame = this.framed()
    batch.keepFrame(this, frame)
    return frame
  }

  /** The frame of what one stream alone is told. */
  ownFrame(write: (writer: EventWriter, events: EventEncoder) => void): Uint8Array {
    this.writer.clear()
    write(this.writer, this.events)
    return this.framed()
  }

  /** Empty if nothing was written: an empty chunk would end the answer. RFC 9112 §7.1 */
  private framed(): Uint8Array {
    const { writer } = this
    const head = this.isChunked && writer.length > 0 ? encoder.encode(`${writer.length.toString(16)}\r\n`) : nothing
    const frame = Buffer.allocUnsafeSlow(head.length + writer.length + (head.length > 0 ? lineEnd.length : 0))
    frame.set(head)
    writer.copyTo(frame, head.length)
    if (head.length > 0) frame.set(lineEnd, head.length + writer.length)
    return frame
  }
}

const nothing = new Uint8Array(0)

/** As many as there are forms. */
export class FrameMakers {
  private readonly made = new Map<string, Frames>()

  of(epoch: string, { attributes, patches }: EventForm, isChunked: boolean): Frames {
    const key = `${epoch} ${attributes} ${patches} ${isChunked}`
    const known = this.made.get(key)
    if (known) return known
    const frames = new Frames(epoch, { attributes, patches }, isChunked)
    this.made.set(key, frames)
    return frames
  }
}
