import type { Reason } from '../../codecs/mqtt/index.js'
import { reasons } from '../../codecs/mqtt/index.js'
import type { CloseReason, Refusal, RefusalCode } from '../../core/index.js'

/** What a client of MQTT 5.0 is told in words as its link ends: what it, or who runs it, can do. Null: it is told nothing. */
export const closeTexts: Readonly<Record<CloseReason, string | null>> = {
  bye: null,
  linkLost: null,
  malformedMessage: 'send whole packets, as the standard writes them',
  protocolViolation: 'send packets only where the standard allows them',
  unsupportedVersion: 'speak MQTT 3.1.1 or 5.0',
  notAuthenticated: 'check user name, password and certificate, and whether anonymous clients may connect',
  forbidden:
    'have a rule of permissions allow this user to connect, and take a client identifier that no other user has',
  messageTooLarge: 'send no packet above the maximum packet size in CONNACK',
  slowConsumer: 'read and acknowledge faster, or subscribe to less',
  helloTimeout: null,
  keepAliveTimeout: 'send something, PINGREQ at least, within the keep alive',
  takenOver: 'another connection has this client identifier: give each client its own',
  sessionRemoved: 'an administrator has removed the session: ask there before coming back',
  draining: 'the gateway stops: come back in a few seconds, not all at once',
  tooManyConnections: 'as many clients are connected as may be: come back later, or have the limit raised',
  tooManyRequests: 'come back more slowly',
  authenticationTimeout: 'who you are could not be found out in time: come back in a few seconds',
  credentialsExpired: 'what you signed in with is over: connect with something newer',
  internalError: 'a mistake of the gateway, which is in its log: come back in a few seconds',
}

/** What can be done about what a client did wrong. */
const remedies: Readonly<Partial<Record<Reason, string>>> = {
  [reasons.clientIdNotValid]: 'choose another client identifier',
  [reasons.packetTooLarge]: 'send none above the maximum packet size in CONNACK',
  [reasons.receiveMaximumExceeded]: 'wait for answers at the receive maximum in CONNACK',
  [reasons.topicAliasInvalid]: 'stay within the topic alias maximum in CONNACK',
}

/** Why the link ends of a client that broke the protocol. */
export const failureText = (reason: Reason, why: string): string => withRemedy(why, remedies[reason])

const refusalRemedies: Readonly<Partial<Record<RefusalCode, string>>> = {
  forbidden: 'have a rule of permissions allow it',
  typeMismatch: 'declare the content type that the topic has, or none',
  tooLarge: 'send less at once, or have the limit raised',
  limitReached: 'use fewer, or have the limit raised',
}

/** Why a publish or a subscription was refused. */
export const refusalText = ({ code, detail }: Refusal): string => withRemedy(detail, refusalRemedies[code])

const withRemedy = (why: string, remedy: string | undefined): string =>
  remedy === undefined ? why : `${why}: ${remedy}`
