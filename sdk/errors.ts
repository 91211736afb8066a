import type { CloseReason, Refusal, RefusalCode } from '../core/index.js'

/** Reasons that arise in the client itself. */
export type ClientErrorCode =
  /** More publishes or requests wait than may; see limits.ts. */
  | 'queueFull'
  /** No answer in time. What was asked may still have been done. */
  | 'timedOut'
  /** The session or the subscription was closed by this program. */
  | 'closed'
  /** A call that cannot be right, whatever the gateway says. */
  | 'invalidArgument'

/** A row of one of the catalogues: why a link ended, why a request was refused, or what the client found itself. Stable. */
export type ErrorCode = CloseReason | RefusalCode | ClientErrorCode

/** Every rejection of this SDK. Branch on `code`; `message` is for people and may change. */
export class RivuletError extends Error {
  override readonly name = 'RivuletError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The gateway's refusal, with the topic or selector that it is about; empty: none. */
export function refused(subject: string, { code, detail }: Refusal): RivuletError {
  return new RivuletError(code, subject ? `${subject}: ${detail}` : detail)
}
