import type { CloseReason, SessionStart } from '../core/index.js'

/** How a session is doing. */
export type SessionState =
  | { readonly kind: 'connecting' }
  /** `start`: whether the gateway went on where the client was. */
  | { readonly kind: 'live'; readonly start: SessionStart }
  /** The connection is lost, and the next attempt is `retryInMs` away. Publishes and requests wait. */
  | {
      readonly kind: 'recovering'
      readonly reason: CloseReason
      /** For people. */
      readonly message: string
      readonly retryInMs: number
    }
  /** For good: `bye` when this program closed it, else why the gateway or the connection did. */
  | { readonly kind: 'closed'; readonly reason: CloseReason; readonly message: string }

/** What a session tells its listeners. */
export interface SessionEvents {
  state: SessionState
}
