import type { Reader } from './reader.js'

/** What became of a frame. `why` is for a log; the link ends with `malformedMessage`. [PROTOCOL 1.8] */
export type DecodedFrame = { readonly kind: 'done' } | { readonly kind: 'malformed'; readonly why: string }

const done: DecodedFrame = { kind: 'done' }

/** The outcome of a reader that has read what it should. */
export const outcomeOf = ({ why }: Reader): DecodedFrame => (why === null ? done : { kind: 'malformed', why })
