import type { Reason, ServerPacket } from '../../codecs/mqtt/index.js'
import { reasons } from '../../codecs/mqtt/index.js'
import type { CloseReason, RefusalCode } from '../../core/index.js'
import type { MqttOptions } from './options.js'

/** What a client of MQTT 5.0 is told as its link ends; null: it knows. */
export const closeCodes: Readonly<Record<CloseReason, Reason | null>> = {
  bye: null,
  linkLost: null,
  malformedMessage: reasons.malformedPacket,
  protocolViolation: reasons.protocolError,
  unsupportedVersion: reasons.unsupportedVersion,
  notAuthenticated: reasons.notAuthorized,
  forbidden: reasons.notAuthorized,
  messageTooLarge: reasons.packetTooLarge,
  slowConsumer: reasons.quotaExceeded,
  helloTimeout: null,
  keepAliveTimeout: reasons.keepAliveTimeout,
  takenOver: reasons.sessionTakenOver,
  sessionRemoved: reasons.administrativeAction,
  draining: reasons.serverShuttingDown,
  tooManyConnections: reasons.quotaExceeded,
  tooManyRequests: reasons.messageRateTooHigh,
  authenticationTimeout: reasons.serverBusy,
  credentialsExpired: reasons.maximumConnectTime,
  internalError: reasons.unspecifiedError,
}

/** The same in the answer to CONNECT, where that says it otherwise. [MQTT 5.0, 3.2.2.2] */
const connackCodes: Readonly<Partial<Record<CloseReason, Reason>>> = {
  notAuthenticated: reasons.badUserNameOrPassword,
  draining: reasons.serverUnavailable,
  tooManyRequests: reasons.serverBusy,
  takenOver: reasons.unspecifiedError,
  sessionRemoved: reasons.unspecifiedError,
  credentialsExpired: reasons.badUserNameOrPassword,
}

/** Why CONNECT was not accepted; null: nothing is said. */
export function connackCode(reason: CloseReason): Reason | null {
  return connackCodes[reason] ?? closeCodes[reason]
}

/** Noted with what exactly was wrong. */
export const brokeProtocol = 'a client broke the protocol and was cut off'

/** What an operator is told of as it happens: whoever looks after the client would look for the fault elsewhere. */
export const notedEnds: Readonly<Partial<Record<CloseReason, string>>> = {
  takenOver: 'a client was cut off: another came with its client identifier',
  slowConsumer: 'a client was cut off: it reads too slowly, and what waited for it was too much',
}

/** Why core ends a link whose peer broke the protocol in this way. */
export function closeReasonOf(reason: Reason): CloseReason {
  if (reason === reasons.malformedPacket) return 'malformedMessage'
  return reason === reasons.packetTooLarge ? 'messageTooLarge' : 'protocolViolation'
}

/** Why a message was not taken, as PUBACK and PUBREC may say it. [MQTT 5.0, 3.4.2.1] */
const publishCodes: Readonly<Partial<Record<RefusalCode, Reason>>> = {
  forbidden: reasons.notAuthorized,
  invalidPath: reasons.topicNameInvalid,
  // The topic came under this number, and could not be bound to it.
  unknownAlias: reasons.topicNameInvalid,
  invalidValue: reasons.payloadFormatInvalid,
  typeMismatch: reasons.payloadFormatInvalid,
  limitReached: reasons.quotaExceeded,
  tooLarge: reasons.quotaExceeded,
}

export const publishCode = (code: RefusalCode): Reason => publishCodes[code] ?? reasons.implementationSpecificError

/** Why a subscription was not granted. [MQTT 5.0, 3.9.3] */
const subscribeCodes: Readonly<Partial<Record<RefusalCode, Reason>>> = {
  forbidden: reasons.notAuthorized,
  invalidSelector: reasons.topicFilterInvalid,
  limitReached: reasons.quotaExceeded,
}

export const subscribeCode = (code: RefusalCode): Reason => subscribeCodes[code] ?? reasons.unspecifiedError

/** What a client is told as its connection ends: one that was let in, or one that is not to be. */
export function lastPacket(
  said: { readonly reason: Reason; readonly reasonString: string | null },
  isLetIn: boolean,
  { serverReference }: MqttOptions,
): ServerPacket {
  if (!isLetIn) return { kind: 'connack', isSessionPresent: false, ...said }
  const isMoving = said.reason === reasons.serverShuttingDown && serverReference !== ''
  return isMoving
    ? { kind: 'disconnect', ...said, reason: reasons.useAnotherServer, serverReference }
    : { kind: 'disconnect', ...said }
}
