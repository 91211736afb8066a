import type { Administer, Cancel, Create, Done, Fetch, Fetched, Refused, Remove, Report } from '../core/index.js'
import { RivuletError, refused } from './errors.js'
import { limits } from './limits.js'
import type { ClientClock } from './system-clock.js'

/** What is asked here; subscriptions ask for themselves. */
export type RequestMessage = Create | Remove | Fetch | Administer

/** What answers it. */
export type Answer = Done | Fetched | Report

interface Unanswered {
  readonly message: RequestMessage
  readonly cancelTimeout: Cancel
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: RivuletError) => void
}

/**
 * Requests that wait for their answer. All of them may be carried out twice without harm, so what a lost connection left
 * unanswered is simply asked again.
 */
export class Requests {
  private readonly unanswered = new Map<number, Unanswered>()
  private last = 0

  constructor(
    private readonly clock: ClientClock,
    private readonly timeoutMs: number,
    private readonly send: (message: RequestMessage) => void,
  ) {}

  /** A number for one request; 32 bits last for years. */
  nextNumber(): number {
    this.last += 1
    return this.last
  }

  /** Asks what `make` puts together around its number. */
  ask(make: (request: number) => RequestMessage): Promise<Answer> {
    if (this.unanswered.size >= limits.requestsMax) {
      return Promise.reject(new RivuletError('queueFull', `${limits.requestsMax} requests wait for an answer`))
    }
    const message = make(this.nextNumber())
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.clock.after(this.timeoutMs, () => this.timedOut(message))
      this.unanswered.set(message.request, { message, cancelTimeout, resolve, reject })
      this.send(message)
    })
  }

  /** An answer that nobody waits for any more is dropped. */
  answered(answer: Answer): void {
    this.take(answer.request)?.resolve(answer)
  }

  refused({ request, refusal }: Refused): void {
    const found = this.take(request)
    found?.reject(refused(subjectOf(found.message), refusal))
  }

  /** A new link is open. */
  repeat(): void {
    for (const { message } of this.unanswered.values()) this.send(message)
  }

  /** The session is over. */
  fail(error: RivuletError): void {
    for (const request of [...this.unanswered.keys()]) this.take(request)?.reject(error)
  }

  private timedOut({ request, kind }: RequestMessage): void {
    this.take(request)?.reject(new RivuletError('timedOut', `no answer to ${kind} within ${this.timeoutMs} ms`))
  }

  private take(request: number): Unanswered | undefined {
    const found = this.unanswered.get(request)
    this.unanswered.delete(request)
    found?.cancelTimeout()
    return found
  }
}

function subjectOf(message: RequestMessage): string {
  if (message.kind === 'create') return message.path
  return message.kind === 'administer' ? '' : message.selector
}
