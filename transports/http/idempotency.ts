import { createHash } from 'node:crypto'
import type { Clock } from '../../core/index.js'
import type { Answer, Exchange } from './exchange.js'
import { idempotencyLimits } from './limits.js'
import { problem } from './problems.js'

/** As much of an exchange as is needed. */
export type KeyedExchange = Pick<Exchange, 'principal' | 'field' | 'answer' | 'fail' | 'recorder'> & {
  readonly request: Pick<Exchange['request'], 'method' | 'url' | 'headers'>
}

interface Kept {
  readonly name: string
  readonly owner: string
  readonly untilMs: number
  /** Of the request: what it asked, and with which body. */
  fingerprint: string
  /** Null: it is still at work. */
  answer: Answer | null
}

/** Answers by status that say nothing of the write itself: it may be tried again. */
const isPassing = (status: number): boolean => status >= 500 || [401, 403, 408, 409, 429].includes(status)

/**
 * Writes that carry an `Idempotency-Key` are done once: a client that did not hear the answer asks again and gets the same one.
 * Keys are the principal's own. After a restart nothing is known of them. (draft-ietf-httpapi-idempotency-key-header-07)
 */
export class Idempotency {
  /** The oldest first. */
  private readonly kept = new Map<string, Kept>()
  private readonly byOwner = new Map<string, Set<Kept>>()
  /** Of the bodies of all answers. */
  private bytes = 0

  constructor(
    private readonly clock: Clock,
    private readonly bytesMax: number = idempotencyLimits.bytesMax,
  ) {}

  /** Does the write, unless it was done or is being done under its key. */
  once(exchange: KeyedExchange, body: Uint8Array, write: () => void): void {
    const field = exchange.field('idempotency-key')
    if (field === null) return write()
    const key = keyIn(field)
    if (key === null) return exchange.fail(malformedKey)
    const fingerprint = fingerprintOf(exchange, body)
    const known = this.known(exchange, key)
    if (known === null) {
      const kept = this.keep(exchange, key, fingerprint)
      return kept === null ? exchange.fail(tooManyAtWork) : this.record(exchange, kept, write)
    }
    if (known.fingerprint !== fingerprint) return exchange.fail(reused)
    if (known.answer === null) return exchange.fail(atWork)
    const { status, headers, body: answered } = known.answer
    exchange.answer(status, { ...headers, 'idempotency-replayed': 'true' }, answered)
  }

  private record(exchange: KeyedExchange, kept: Kept, write: () => void): void {
    exchange.recorder = (answer) => {
      // At a bound it may be forgotten already, and another stand in its place.
      if (this.kept.get(kept.name) !== kept) return
      if (answer === null || isPassing(answer.status)) return this.forget(kept)
      const { status, headers } = answer
      kept.answer = { status, headers: { ...headers }, body: Buffer.from(answer.body) }
      this.bytes += kept.answer.body.length
      this.forgetLong()
    }
    write()
  }

  private forgetLong(): void {
    for (const kept of this.kept.values()) {
      if (this.bytes <= this.bytesMax) return
      if (kept.answer !== null) this.forget(kept)
    }
  }

  private known({ principal }: KeyedExchange, key: string): Kept | null {
    const kept = this.kept.get(nameOf(principal.name, key))
    if (kept === undefined || kept.untilMs > this.clock.nowMs()) return kept ?? null
    this.forget(kept)
    return null
  }

  /** Null: there is no room but that of writes at work, whose twins must not be carried out. */
  private keep({ principal }: KeyedExchange, key: string, fingerprint: string): Kept | null {
    const { answersMax, answersPerPrincipalMax, keptMs } = idempotencyLimits
    const name = nameOf(principal.name, key)
    const kept: Kept = { name, owner: principal.name, untilMs: this.clock.nowMs() + keptMs, fingerprint, answer: null }
    const own = this.byOwner.get(kept.owner) ?? new Set<Kept>()
    const isOwnFull = own.size >= answersPerPrincipalMax
    const oldest = oldestAnswered(isOwnFull ? own : this.kept.values())
    const isFull = isOwnFull || this.kept.size >= answersMax
    if (oldest !== null && (isFull || oldest.untilMs <= this.clock.nowMs())) this.forget(oldest)
    else if (isFull) return null
    this.kept.set(name, kept)
    this.byOwner.set(kept.owner, own.add(kept))
    return kept
  }

  private forget(kept: Kept): void {
    this.kept.delete(kept.name)
    this.bytes -= kept.answer?.body.length ?? 0
    const own = this.byOwner.get(kept.owner)
    own?.delete(kept)
    if (own?.size === 0) this.byOwner.delete(kept.owner)
  }
}

function oldestAnswered(all: Iterable<Kept>): Kept | null {
  for (const kept of all) if (kept.answer !== null) return kept
  return null
}

const nameOf = (owner: string, key: string): string => JSON.stringify([owner, key])

/** A string of RFC 8941, or the bare key that most clients send. Null: neither. */
function keyIn(field: string): string | null {
  const [, quoted, bare] = /^\s*(?:"([\x20\x21\x23-\x5b\x5d-\x7e]+)"|([\x21\x23-\x7e]+))\s*$/.exec(field) ?? []
  const key = quoted ?? bare
  return key === undefined || key.length > idempotencyLimits.keyCharactersMax ? null : key
}

function fingerprintOf({ request }: KeyedExchange, body: Uint8Array): string {
  const named = ['content-type', 'if-match', 'if-none-match'].map((name) => request.headers[name] ?? null)
  return createHash('sha256')
    .update(JSON.stringify([request.method, request.url, ...named]))
    .update(body)
    .digest('base64')
}

const malformedKey = problem(
  'invalidKey',
  `idempotency-key: expected a text in quotes, up to ${idempotencyLimits.keyCharactersMax} characters`,
)
const reused = problem('keyReused', 'the idempotency-key was used for another request')
const tooManyAtWork = problem('tooManyRequests', 'too many writes with a key are at work: try again soon', {
  'retry-after': '1',
})
const atWork = problem('keyInUse', 'a request with this idempotency-key is still at work', { 'retry-after': '1' })
