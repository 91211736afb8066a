/** What a client may ask to do. [SEM 6.1] */
export type Action = 'connect' | 'subscribe' | 'publish' | 'fetch' | 'remove' | 'administer'

/** What a peer shows when it connects; which fields are set depends on the transport and the client. */
export interface Credentials {
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly token?: string | undefined
  /** How the peer wants to prove who it is, in several steps; the first of which is `data`. */
  readonly method?: string | undefined
  readonly data?: Uint8Array | undefined
  /** Address of the peer, as the listener saw it; for logs and address rules. */
  readonly peer: string
}

/** Who a session acts for. Equal objects are not required: `name` is the identity. */
export interface Principal {
  readonly name: string
  readonly roles: readonly string[]
  /** The session sees the topics below this path as if it were the root; empty: all topics. [SEM 5.1] */
  readonly rootPath: string
  /** Properties given to the session, shown in lists and usable by filters later. */
  readonly properties: Readonly<Record<string, string>>
}

/**
 * The authenticator's answer. `busy`: it cannot say now, so that nothing is known of the credentials and the client may come
 * again. `why` goes to the log, never to the peer; it names no password and no token.
 */
export type Authentication = LetIn | Challenged | Redirected | NotAuthenticated

/** The peer is let in. */
export interface LetIn {
  readonly kind: 'accepted'
  readonly principal: Principal
  /** When what was shown ends, ms since 1970: then the link does, too. Absent: it does not end. */
  readonly validUntilMs?: number
  /** What its method has the gateway say last. */
  readonly data?: Uint8Array
}

/** The peer is to go on proving who it is: it is told `data`, and `next` is called once with what it says then. */
export interface Challenged {
  readonly kind: 'challenged'
  readonly data: Uint8Array
  next(data: Uint8Array, answer: (result: Authentication) => void): void
}

/** The peer is to connect to another server: now, or from now on. */
export interface Redirected {
  readonly kind: 'redirected'
  readonly server: string
  readonly isForGood: boolean
}

/** Nobody is let in on these credentials, or not now. */
export type NotAuthenticated =
  | { readonly kind: 'refused'; readonly why: string; readonly isMethodUnknown?: boolean }
  | { readonly kind: 'busy'; readonly why: string }

/**
 * Asynchronous, asked once a connect. `answer` must be called exactly once, now or later; a second call is ignored, and
 * silence for `authenticationTimeoutMs` closes the link.
 */
export interface Authenticator {
  authenticate(credentials: Credentials, answer: (result: Authentication) => void): void
}

/** How far a right reaches over a selector: every path it matches, some of them, or none. */
export type Coverage = 'all' | 'some' | 'none'

/**
 * Synchronous and pure between two values of `generation`: core caches answers until it changes, then checks the live
 * subscriptions again. Paths and selectors are the gateway's own, with the root path already applied. [SEM 6.1]
 */
export interface Authorizer {
  readonly generation: number
  /** May the principal do this to this one path? For `connect` and `administer` the path is empty. */
  allows(principal: Principal, action: Action, path: string): boolean
  /** How much of what the selector matches may be read? `some` makes core ask `allows` for each path. [SEM 6.2] */
  coverage(principal: Principal, action: 'subscribe' | 'fetch' | 'remove', selector: string): Coverage
}

const anonymous: Principal = { name: 'anonymous', roles: [], rootPath: '', properties: {} }

/** The built-in answers: everybody is `anonymous`, and anonymous may do everything. Fit for loopback only. */
export const openAccess: { readonly authenticator: Authenticator; readonly authorizer: Authorizer } = {
  authenticator: { authenticate: (_credentials, answer) => answer({ kind: 'accepted', principal: anonymous }) },
  authorizer: { generation: 0, allows: () => true, coverage: () => 'all' },
}
