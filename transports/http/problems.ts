import type { CloseReason, Refusal, RefusalCode } from '../../core/index.js'
import type { Problem } from '../../net/index.js'

/** What HTTP makes of core's refusals. */
const refusalStatus: Readonly<Record<RefusalCode, number>> = {
  forbidden: 403,
  invalidPath: 400,
  invalidSelector: 400,
  invalidValue: 400,
  invalidProperties: 400,
  typeMismatch: 409,
  notFound: 404,
  conditionFailed: 412,
  alreadyExists: 409,
  tooLarge: 413,
  limitReached: 507,
  unknownAlias: 400,
  staleSequence: 409,
  unsupported: 501,
}

/** What is wrong before core is asked. Clients branch on the name; released names are frozen. */
const ownStatus = {
  badEncoding: 400,
  bodyTimeout: 408,
  conflict: 409,
  internalError: 500,
  invalidCondition: 400,
  invalidJson: 400,
  invalidKey: 400,
  invalidLine: 400,
  invalidPatch: 400,
  invalidQuery: 400,
  keyInUse: 409,
  keyReused: 422,
  malformedRequest: 400,
  methodNotAllowed: 405,
  notAcceptable: 406,
  patchTestFailed: 409,
  rangeNotSatisfiable: 416,
  tooManyRequests: 429,
  unsupportedEncoding: 415,
  unsupportedMediaType: 415,
} as const

/** The name of a problem of this transport's own. */
export type OwnCode = keyof typeof ownStatus

/** Every code that an answer can have, for the description of the API and for counting. */
export const problemCodes: readonly string[] = [
  ...new Set([
    ...Object.keys(refusalStatus),
    ...Object.keys(ownStatus),
    'notAuthenticated',
    'credentialsExpired',
    'authenticationTimeout',
    'draining',
  ]),
]

/** A problem of this transport's own. */
export function problem(code: OwnCode, detail: string, headers?: Readonly<Record<string, string>>): Problem {
  return { status: ownStatus[code], code, detail, ...(headers && { headers }) }
}

/** A refusal as HTTP says it. */
export function problemOf({ code, detail }: Refusal): Problem {
  return { status: refusalStatus[code], code, detail }
}

/** Why a caller is not let in, as HTTP says it; a row of core's catalogue. */
export function strangerProblem(reason: CloseReason): Problem {
  switch (reason) {
    case 'forbidden':
      return { status: 403, code: reason, detail: 'not permitted' }
    case 'tooManyRequests':
      return { status: 429, code: reason, detail: 'too many sign in at once', headers: { 'retry-after': '1' } }
    case 'authenticationTimeout':
    case 'draining':
      return { status: 503, code: reason, detail: reasonTexts[reason], headers: { 'retry-after': '5' } }
    default: {
      const code = reason === 'credentialsExpired' ? reason : 'notAuthenticated'
      return { status: 401, code, detail: reasonTexts[code], headers: { 'www-authenticate': challenge } }
    }
  }
}

/** The ways to sign in that are known here. RFC 9110 §11.6.1 */
const challenge = 'Bearer realm="rivulet", Basic realm="rivulet", charset="UTF-8"'

const reasonTexts = {
  authenticationTimeout: 'the authenticator did not answer in time',
  credentialsExpired: 'credentials expired',
  draining: 'the gateway is shutting down',
  notAuthenticated: 'credentials are missing or were refused',
} as const
