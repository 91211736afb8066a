import type { Batch, HeldVersion, Update } from '../../core/index.js'
import { formatPosition } from '../position/index.js'
import type { EventWriter } from './event-writer.js'
import type { EventForm } from './update-event.js'
import { flag, updateEvent } from './update-event.js'

const encoder = new TextEncoder()

/** Where a reader stands before a batch. */
export interface Standing {
  /** The id of what it was told last. */
  readonly now: string
  /** It was told all that comes first; before, a `synced` would end more than a gap. */
  readonly isSynced: boolean
}

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

  /** The events of a batch without gaps, each with its own offset as id. */
  writePlain(batch: Batch, writer: EventWriter): void {
    for (let index = 0; index < batch.count; index++) {
      const update = batch.updates[index]
      if (!update) break
      const id = isSnapshot(batch, index) ? '' : this.idAt(update.offset)
      this.write(batch, index, id, writer)
    }
  }

  /** The same with these ids. Gaps may be among them. */
  writeWith(ids: readonly string[], batch: Batch, { now, isSynced }: Standing, writer: EventWriter): void {
    let last = now
    for (let index = 0; index < batch.count; index++) {
      const id = ids[index] ?? ''
      const update = batch.updates[index]
      if (!update) break
      if (isAfterGap(batch, index)) writer.resync(gapOf(batch, update), last)
      this.write(batch, index, id, writer)
      if (isAfterGap(batch, index) && isSynced) writer.synced(id)
      if (id !== '') last = id
    }
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

/** Some of a topic's updates were left out: said as a resynchronisation of that topic alone. [SEM 3.3] */
const gapOf = ({ audience }: Batch, { topic }: Update) =>
  ({ reason: 'overflow', topics: [audience.outwardPath(topic.path)], selectors: [] }) as const

/** Of some topic of the batch updates were left out that were owed each. */
export function hasGap(batch: Batch): boolean {
  for (let index = 0; index < batch.count; index++) if (isAfterGap(batch, index)) return true
  return false
}

const isSnapshot = ({ flags }: Batch, index: number): boolean => ((flags[index] ?? 0) & flag.snapshot) !== 0

const isAfterGap = (batch: Batch, index: number): boolean =>
  ((batch.flags[index] ?? 0) & flag.gap) !== 0 && !isSnapshot(batch, index)
