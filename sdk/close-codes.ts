import type { CloseReason, closeReasons } from '../core/index.js'

/**
 * Core's catalogue once more, since a browser gets no code of core: the compiler holds every name, number, flag and
 * sentence against the original, so that the two cannot differ. [PROTOCOL 7]
 */
const rows: typeof closeReasons = {
  bye: { code: 1000, retry: false, text: 'closed by the client' },
  linkLost: { code: 1006, retry: true, text: 'the connection was lost' },
  malformedMessage: { code: 4002, retry: false, text: 'message could not be decoded' },
  protocolViolation: { code: 4003, retry: false, text: 'message is not allowed in this state' },
  unsupportedVersion: { code: 4004, retry: false, text: 'no common protocol version' },
  notAuthenticated: { code: 4005, retry: false, text: 'credentials were refused' },
  forbidden: { code: 4006, retry: false, text: 'not permitted' },
  messageTooLarge: { code: 4007, retry: false, text: 'message exceeds the size limit' },
  slowConsumer: { code: 4008, retry: true, text: 'client read too slowly' },
  helloTimeout: { code: 4009, retry: true, text: 'no hello in time' },
  keepAliveTimeout: { code: 4010, retry: true, text: 'nothing was heard from the client in time' },
  takenOver: { code: 4011, retry: false, text: 'the session continued on another connection' },
  sessionRemoved: { code: 4012, retry: false, text: 'the session was removed by an administrator' },
  draining: { code: 4013, retry: true, text: 'the gateway is shutting down' },
  tooManyConnections: { code: 4014, retry: true, text: 'connection limit reached' },
  tooManyRequests: { code: 4015, retry: true, text: 'request limit reached' },
  authenticationTimeout: { code: 4016, retry: true, text: 'the authenticator did not answer in time' },
  credentialsExpired: { code: 4017, retry: true, text: 'credentials expired' },
  internalError: { code: 4500, retry: true, text: 'internal error' },
}

const names = Object.keys(rows).filter((name): name is CloseReason => name in rows)

/** The reason behind a WebSocket close code; one that the client does not know is a lost connection. [PROTOCOL 7.2] */
export function reasonOfCode(code: number): CloseReason {
  return names.find((name) => rows[name].code === code) ?? 'linkLost'
}

/** The close code that says a reason. */
export function codeOfReason(reason: CloseReason): number {
  return rows[reason].code
}

/** Whether coming back by itself makes sense. */
export function mayRetry(reason: CloseReason): boolean {
  return rows[reason].retry
}

/** The reason in a sentence for people. */
export function describeReason(reason: CloseReason): string {
  return rows[reason].text
}
