import type { CloseReason, Resynchronised, Unsubscribed } from '../../core/index.js'

/** A writer that is used again keeps a buffer up to this size, bytes. */
const keptBytesMax = 1_048_576

const encoder = new TextEncoder()
const lineFeed = 10

/** Why the gateway ends a stream, and whether to come back. */
export interface Closing {
  readonly code: number
  readonly reason: CloseReason
  readonly text: string
  readonly retry: boolean
}

/**
 * Puts events together, in a buffer of its own, which grows and is kept for the next. (WHATWG HTML §9.2.5)
 *
 * An id has no line break, since it was made here; data is JSON on one line, and event names are ours: nothing that a publisher says can
 * begin a field.
 */
export class EventWriter {
  private bytes: Uint8Array = new Uint8Array(4_096)
  private at = 0

  clear(): void {
    this.at = 0
    if (this.bytes.length > keptBytesMax) this.bytes = new Uint8Array(keptBytesMax)
  }

  get length(): number {
    return this.at
  }

  /** Copies what was written into `target`, from `start` on. */
  copyTo(target: Uint8Array, start: number): void {
    target.set(this.bytes.subarray(0, this.at), start)
  }

  /** An event that was made before; its id, unless empty, goes behind its name. */
  event(made: Uint8Array, id: string): void {
    const idBytes = id === '' ? 0 : id.length + 5
    this.reserve(made.length + idBytes + 1)
    const name = made.indexOf(lineFeed) + 1
    this.bytes.set(idBytes === 0 ? made : made.subarray(0, name), this.at)
    if (idBytes > 0) {
      this.ascii(`id: ${id}\n`, this.at + name)
      this.bytes.set(made.subarray(name), this.at + name + idBytes)
    }
    this.at += made.length + idBytes
    this.bytes[this.at++] = lineFeed
  }

  resync({ reason, topics, selectors }: Omit<Resynchronised, 'kind'>, id: string): void {
    const named = selectors.length > 0 ? { selectors } : { topics }
    this.say('resync', { reason, ...named }, id)
  }

  synced(id: string): void {
    this.say('synced', {}, id)
  }

  unsubscribed({ selector, reason }: Pick<Unsubscribed, 'selector' | 'reason'>, id: string): void {
    this.say('unsubscribed', { selector, reason }, id)
  }

  closed(closing: Closing, id: string): void {
    this.say('closed', closing, id)
  }

  /** How long the reader is to wait before it comes back, ms. */
  retry(ms: number): void {
    this.text(`retry: ${ms}\n\n`)
  }

  /** Says nothing, to be heard by: proxies and readers hang up on silence. */
  comment(): void {
    this.text(':\n\n')
  }

  private say(name: string, data: object, id: string): void {
    this.text(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  private text(text: string): void {
    this.reserve(text.length * 3)
    this.at += encoder.encodeInto(text, this.bytes.subarray(this.at)).written
  }

  private ascii(text: string, start: number): void {
    for (let index = 0; index < text.length; index++) this.bytes[start + index] = text.charCodeAt(index)
  }

  private reserve(more: number): void {
    const needed = this.at + more
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.at))
    this.bytes = grown
  }
}
