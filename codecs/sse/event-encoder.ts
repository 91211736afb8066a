import type { Batch, HeldVersion, Update } from '../../core/index.js'
import { formatPosition } from '../position/index.js'
import type { EventWriter } from './event-writer.js'
import type { EventForm } from './update-event.js'
import { flag, updateEvent } from './update-event.js'

const encoder = new TextEncoder()

/**
 * Makes the events of updates, for all streams of one form. What an update says is made once for all who hold the same, and
 * remembered with it under this encoder's identity where others may want it; only ids differ from stream to stream.
 */
export class EventEncoder {
  /** `epoch` is that of the log, in which all versions and ids count. */
  constructor(
    readonly epoch: string,
    readonly form: EventForm,
  ) {}

  /** The events of a batch, each with its own offset as id. False: one comes after a gap, and ids must be given. */
  writePlain(batch: Batch, writer: EventWriter): boolean {
    for (let index = 0; index < batch.count; index++) if (isAfterGap(batch, index)) return false
    for (let index = 0; index < batch.count; index++) {
      const update = batch.updates[index]
      if (!update) break
      const id = isSnapshot(batch, index) ? '' : this.idAt(update.offset)
      this.write(batch, index, id, writer)
    }
    return true
  }

  /** The same with these ids; `before` is the id of what came before the batch. */
  writeWith(ids: readonly string[], batch: Batch, before: string, writer: EventWriter): void {
    let last = before
    for (let index = 0; index < batch.count; index++) {
      const id = ids[index] ?? ''
      const update = batch.updates[index]
      if (!update) break
      if (isAfterGap(batch, index)) this.writeBehindGap(batch, update, index, [last, id, writer])
      else this.write(batch, index, id, writer)
      if (id !== '') last = id
    }
  }

  /** Some of a topic's updates were left out: said as a resynchronisation of that topic alone. [SEM 3.3] */
  private writeBehindGap(
    batch: Batch,
    { topic }: Update,
    index: number,
    [before, id, writer]: [string, string, EventWriter],
  ): void {
    writer.resync({ reason: 'overflow', topics: [batch.audience.outwardPath(topic.path)], selectors: [] }, before)
    this.write(batch, index, id, writer)
    writer.synced(id)
  }

  private write(batch: Batch, index: number, id: string, writer: EventWriter): void {
    const update = batch.updates[index]
    // That it has no value yet is nothing to tell whoever sees it for the first time.
    if (!update || (isSnapshot(batch, index) && update.content !== 'value')) return
    writer.event(this.eventOf(update, batch, batch.bases[index] ?? null, batch.flags[index] ?? 0), id)
  }

  private eventOf(update: Update, { audience }: Batch, base: HeldVersion | null, allFlags: number): Uint8Array {
    const flags = allFlags & (this.form.patches ? flag.snapshot | flag.bind : flag.snapshot)
    const baseOffset = base?.offset ?? 0
    const known = update.isShared ? update.encoded(this, audience, baseOffset, flags) : null
    if (known !== null) return known
    const made = encoder.encode(updateEvent({ update, base, flags, audience }, this.epoch, this.form))
    if (update.isShared) update.remember(this, audience, baseOffset, flags, made)
    return made
  }

  private idAt(offset: number): string {
    return formatPosition({ epoch: this.epoch, offset, held: [] })
  }
}

const isSnapshot = ({ flags }: Batch, index: number): boolean => ((flags[index] ?? 0) & flag.snapshot) !== 0

const isAfterGap = (batch: Batch, index: number): boolean =>
  ((batch.flags[index] ?? 0) & flag.gap) !== 0 && !isSnapshot(batch, index)
