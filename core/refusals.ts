/**
 * Why a request was refused; the session goes on. Clients branch on the name; released names and numbers are frozen.
 * [PROTOCOL 6]
 */
export const refusals = {
  forbidden: { number: 1, text: 'not permitted' },
  invalidPath: { number: 2, text: 'not a valid topic path' },
  invalidSelector: { number: 3, text: 'not a valid selector' },
  invalidValue: { number: 4, text: 'the value does not fit its type, or its attributes are not well formed' },
  invalidProperties: { number: 5, text: 'the topic properties contradict each other or are out of range' },
  typeMismatch: { number: 6, text: 'the topic is bound to another type' },
  notFound: { number: 7, text: 'there is no such thing' },
  conditionFailed: { number: 8, text: 'the topic is not in the expected version' },
  alreadyExists: { number: 9, text: 'the topic exists with other properties' },
  tooLarge: { number: 10, text: 'the value or its attributes exceed the size limit' },
  limitReached: { number: 11, text: 'a limit of the gateway or the session is reached' },
  unknownAlias: { number: 12, text: 'the alias is not bound to a path' },
  staleSequence: { number: 13, text: 'the sequence is too old to tell whether it was accepted' },
  unsupported: { number: 14, text: 'the request is not supported here' },
} as const

/** The name of a row of the catalogue. */
export type RefusalCode = keyof typeof refusals

/** A refused request: the row, and what exactly was wrong, in words for a person. */
export interface Refusal {
  readonly code: RefusalCode
  readonly detail: string
}

/** Says no. The detail completes the catalogue's sentence: what was found, what was expected. */
export function refuse(code: RefusalCode, detail: string = refusals[code].text): Refusal {
  return { code, detail }
}
