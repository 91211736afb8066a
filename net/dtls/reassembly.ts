import { dtlsLimits } from './limits.js'
import type { Message, Piece } from './messages.js'
import { messageOf } from './messages.js'

/** A message of which pieces came. */
interface Partial {
  readonly type: number
  readonly body: Buffer
  /** What is there, in order, from and to; none touches another. */
  spans: (readonly [from: number, to: number])[]
}

/**
 * Puts messages together again, in their order, whatever the order in which their pieces come, and how often. What does not fit to what
 * came before is dropped: it is a forgery, or of another handshake.
 */
export class Reassembly {
  private readonly partial = new Map<number, Partial>()
  private bytes = 0

  /** `sequence`: of the message that is awaited. */
  constructor(private sequence: number) {}

  /** The message that is awaited. */
  get awaited(): number {
    return this.sequence
  }

  /** A piece came. False: nobody could use it. */
  add({ type, length, sequence, offset, bytes }: Piece): boolean {
    const ahead = sequence - this.sequence
    if (ahead < 0 || ahead >= dtlsLimits.messagesAheadMax || length > dtlsLimits.messageBytesMax) return false
    const partial = this.partial.get(sequence) ?? this.begin(type, sequence, length)
    if (partial === null || partial.type !== type || partial.body.length !== length) return false
    // An empty piece of a message that is none says nothing, however often it comes.
    if (bytes.length === 0) return length === 0
    const spans = joined(partial.spans, offset, offset + bytes.length)
    if (spans.length > dtlsLimits.gapsMax) return false
    bytes.copy(partial.body, offset)
    partial.spans = spans
    return true
  }

  /** The message that is awaited, once all of it is there. */
  next(): Message | null {
    const partial = this.partial.get(this.sequence)
    if (partial === undefined || !isWhole(partial)) return null
    const { type, body } = partial
    this.partial.delete(this.sequence)
    this.bytes -= body.length
    this.sequence += 1
    return messageOf(type, this.sequence - 1, body)
  }

  private begin(type: number, sequence: number, length: number): Partial | null {
    if (this.bytes + length > dtlsLimits.reassemblyBytesMax) return null
    const partial: Partial = { type, body: Buffer.alloc(length), spans: [] }
    this.bytes += length
    this.partial.set(sequence, partial)
    return partial
  }
}

function isWhole({ body, spans }: Partial): boolean {
  const [first] = spans
  return body.length === 0 || (first !== undefined && first[0] === 0 && first[1] === body.length)
}

/** With one span more; those that touch become one. */
function joined(spans: Partial['spans'], from: number, to: number): Partial['spans'] {
  const apart = spans.filter(([start, end]) => end < from || start > to)
  const touching = spans.filter(([start, end]) => end >= from && start <= to)
  const start = Math.min(from, ...touching.map(([first]) => first))
  const end = Math.max(to, ...touching.map(([, last]) => last))
  return [...apart, [start, end] as const].sort(([one], [other]) => one - other)
}
