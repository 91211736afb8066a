/** Bounds of this folder, each with its unit; what happens at a bound stands beside it. */
export const authLimits = {
  /** Passwords hashed at once; each costs 16 MiB and a thread of the pool, of which Node has four. The others wait. */
  hashesAtOnceMax: 2,
  /** Sign-ins waiting for their turn to be hashed. Beyond it a client is asked to come again: `tooManyRequests`. */
  waitingSignInsMax: 1_000,
  /** Passwords found right and remembered (as a keyed digest). Beyond it the oldest is hashed anew. */
  knownSignInsMax: 10_000,
  /** A longer password is refused unread, bytes. */
  passwordBytesMax: 1_024,
  /** A token of the configuration has as many characters at least: a shorter one could be guessed, and is refused there. */
  tokenCharactersMin: 22,
  /** A longer token is nobody's, characters. */
  tokenCharactersMax: 4_096,
  /** Memory that one hash may ask for, bytes. A costlier hash is refused in the configuration. */
  hashBytesMax: 268_435_456,
} as const
