import { encodePublish } from '../codecs/protobuf/index.js'
import type { Accepted, Publish, PublishRefused } from '../core/index.js'
import { Aliases } from './aliases.js'
import { RivuletError, refused } from './errors.js'
import { limits } from './limits.js'

/** A publish without what belongs to the session and the link. */
export type Publication = Omit<Publish, 'kind' | 'sequence' | 'path' | 'alias'> & { readonly path: string }

interface Unanswered {
  readonly publication: Publication
  /** Sent with a number instead of the path. */
  byAlias: boolean
  readonly resolve: (answer: Accepted | null) => void
  readonly reject: (error: RivuletError) => void
}

/** What the publisher needs to know of a session that begins or goes on. */
export interface PublisherTerms {
  /** The session is one that the gateway knew: its count goes on. */
  readonly isSameSession: boolean
  /** The highest sequence that came so far. */
  readonly sequence: number
  readonly messageBytesMax: number
}

/** Room in a frame for what stands around path, value and pairs; beyond it the frame's size is looked at. */
const frameOverheadBytes = 512

/**
 * Publishes that wait for their answer, in their order.
 *
 * Each has a number that counts on as long as the session lives. After a reconnection what was not answered is repeated
 * under its number, which the gateway recognises: within one session nothing is published twice. [SEM 4.3] A new
 * session counts from 1 and is given everything that was not answered, so over the loss of a session it is at least once.
 */
export class Publisher {
  private unanswered = new Map<number, Unanswered>()
  private bytes = 0
  private sequence = 0
  private isLive = false
  private messageBytesMax = Number.POSITIVE_INFINITY
  private aliases = new Aliases()

  constructor(private readonly send: (frame: Uint8Array) => void) {}

  /** Resolves with the gateway's answer; with null where only that it was accepted is known, the answer having been lost. */
  publish(publication: Publication): Promise<Accepted | null> {
    const problem = this.objection(publication)
    if (problem !== null) return Promise.reject(problem)
    return new Promise((resolve, reject) => {
      this.sequence += 1
      const entry = { publication, byAlias: false, resolve, reject }
      this.unanswered.set(this.sequence, entry)
      this.bytes += bytesOf(publication)
      if (this.isLive) this.write(this.sequence, entry)
    })
  }

  accepted(answer: Accepted): void {
    this.take(answer.sequence)?.resolve(answer)
  }

  refused({ sequence, refusal }: PublishRefused): void {
    const entry = this.unanswered.get(sequence)
    if (refusal.code === 'unknownAlias' && entry?.byAlias === true) this.writeOut(sequence, entry)
    else if (entry !== undefined) this.take(sequence)?.reject(refused(entry.publication.path, refusal))
  }

  /** A link is open: repeats what was not answered. [PROTOCOL 6.4] */
  welcomed(terms: PublisherTerms): void {
    this.isLive = true
    this.messageBytesMax = terms.messageBytesMax
    this.aliases = new Aliases()
    if (terms.isSameSession) this.settleUpTo(terms.sequence - limits.answersRemembered)
    else this.renumber()
    for (const [sequence, entry] of this.unanswered) this.write(sequence, entry)
  }

  /** The link is gone: what is published now waits. */
  lost(): void {
    this.isLive = false
  }

  /** The session is over. */
  fail(error: RivuletError): void {
    for (const sequence of [...this.unanswered.keys()]) this.take(sequence)?.reject(error)
  }

  private objection(publication: Publication): RivuletError | null {
    const { livePublishesMax, livePublishBytesMax, recoveringPublishesMax, recoveringPublishBytesMax } = limits
    const countMax = this.isLive ? livePublishesMax : recoveringPublishesMax
    const bytesMax = this.isLive ? livePublishBytesMax : recoveringPublishBytesMax
    const bytes = bytesOf(publication)
    if (bytes + frameOverheadBytes > this.messageBytesMax && this.isTooLarge(publication)) {
      return new RivuletError(
        'tooLarge',
        `${publication.path}: the gateway takes messages of ${this.messageBytesMax} bytes at most`,
      )
    }
    // One always fits, so that what may be published at all may also wait.
    if (this.unanswered.size === 0 || (this.unanswered.size < countMax && this.bytes + bytes <= bytesMax)) return null
    return new RivuletError('queueFull', `${this.unanswered.size} publishes of ${this.bytes} bytes wait for an answer`)
  }

  /** Their answers were lost with the link, and the gateway does not remember them either: counted as accepted, as most are. */
  private settleUpTo(sequence: number): void {
    for (const known of [...this.unanswered.keys()]) if (known <= sequence) this.take(known)?.resolve(null)
  }

  private renumber(): void {
    const entries = [...this.unanswered.values()]
    this.unanswered = new Map(entries.map((entry, index) => [index + 1, entry]))
    this.sequence = entries.length
  }

  /** Asked only of what could be: it costs an encoding. */
  private isTooLarge(publication: Publication): boolean {
    const longest = { ...publication, sequence: Number.MAX_SAFE_INTEGER, alias: limits.aliasesMax }
    return encodePublish({ kind: 'publish', ...longest }).length > this.messageBytesMax
  }

  private writeOut(sequence: number, entry: Unanswered): void {
    this.aliases.writeOut(entry.publication.path)
    this.write(sequence, entry)
  }

  private write(sequence: number, entry: Unanswered): void {
    const { path, alias } = this.aliases.name(entry.publication.path)
    entry.byAlias = alias > 0
    this.send(encodePublish({ kind: 'publish', ...entry.publication, sequence, path, alias }))
  }

  private take(sequence: number): Unanswered | undefined {
    const entry = this.unanswered.get(sequence)
    if (entry === undefined) return undefined
    this.unanswered.delete(sequence)
    this.bytes -= bytesOf(entry.publication)
    return entry
  }
}

/** Roughly: a UTF-16 unit takes at most three bytes in UTF-8. */
function bytesOf({ path, value, attributes }: Publication): number {
  const texts = attributes?.pairs.flat() ?? []
  return value.length + 3 * texts.reduce((units, text) => units + text.length, path.length)
}
