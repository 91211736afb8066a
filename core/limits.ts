/**
 * Core's bounds, each with its unit; what happens at a bound stands beside it. All can be set in the configuration under
 * `limits`, so that a small device and a big server run the same program.
 */
export const defaultLimits = {
  /** Value plus path of one message, bytes. Over it: `tooLarge`; a frame above `frameBytesMax` ends the link. */
  messageBytesMax: 1_048_576,
  /** Attributes of one update, bytes of all names and values. Over it: `tooLarge`. [SEM 1.7] */
  attributesBytesMax: 8_192,
  /** A merge patch and the value it is merged into, bytes of both: 64 KiB take up to 8 ms. Over it: `tooLarge`. [SEM 2.5] */
  mergeBytesMax: 65_536,
  /** Topics of the node. Over it the longest idle of those goes that messages not to be retained have made; none left: `limitReached`. [SEM 4.8] */
  topicsMax: 1_000_000,
  /** A topic that began with a message that was not to be retained goes when nothing came for so long, ms, unless a rule says otherwise. [SEM 4.8] */
  passingTopicIdleMs: 86_400_000,
  /** Sessions, linked or waiting for their client. Over it whoever has most waiting loses the oldest of them; all linked: `tooManyConnections`. */
  sessionsMax: 100_000,
  /** Subscriptions of one session. Over it: `limitReached`. */
  subscriptionsMax: 1_000,
  /**
   * States of the regular expressions in all subscriptions of one session: each may be tried at every publish. A state takes up to
   * 8 ns for each character of a name, 1,000 of them 0.1 ms for 16 characters, 8 ms for a name as long as a path. Over it: `limitReached`.
   */
  regexSessionStatesMax: 1_000,
  /** The same of the node, where a selector that many sessions subscribe to counts once. Over it: `limitReached`. */
  regexNodeStatesMax: 10_000,
  /** Path aliases of one publisher; a higher number gets `unknownAlias`. */
  aliasesMax: 65_535,
  /** Bytes of the paths that one publisher's aliases stand for. At the bound a publish is done by its path and binds nothing. */
  aliasBytesMax: 4_194_304,
  /** What one session asked and was not told yet. At the bound its link is not read from until half of it has left. */
  repliesMax: 1_000,
  /** Bytes that answers waiting for one session carry; one answer always fits. At the bound as above, and nothing long is begun. */
  repliesBytesMax: 1_048_576,
  /** Time from a link's opening to its hello, ms. After it: `helloTimeout`. */
  helloTimeoutMs: 10_000,
  /** Time the authenticator may take, ms. After it: `authenticationTimeout`. */
  authenticationTimeoutMs: 10_000,
  /** Silence after which a link is given up, ms, where the client asks for nothing else. After it: `keepAliveTimeout`. */
  keepAliveMs: 60_000,
  /** Longest keep-alive that a client may ask for, ms; a longer wish is cut to it. A day and more: what an MQTT client can ask for. */
  keepAliveMsMax: 100_000_000,
  /** How long a session waits for its client, ms, at most; a longer wish is cut to it. After it the session is gone. */
  sessionTimeoutMsMax: 3_600_000,
  /** The same of a session with a name: devices are away for days. */
  namedSessionTimeoutMsMax: 604_800_000,
  /** Updates kept for readers of one topic. At the bound the reader furthest behind overflows. [SEM 3.3] */
  historyUpdatesMax: 1_000,
  /** The same in bytes: values, attributes, and 256 for each update; one update always fits. At the bound as above. [SEM 3.3] */
  historyTopicBytesMax: 1_048_576,
  /** Bytes of history of the node, counted as those of a topic. At the bound the topic that grows drops its own oldest. [SEM 3.3] */
  historyBytesMax: 268_435_456,
  /** Messages queued for one reader who is away, or for a group. At the bound the oldest goes and is counted. [SEM 3.3] */
  queueUpdatesMax: 1_000,
  /** The same in bytes, counted as those of a topic's history; one message always fits. At the bound as above. */
  queueBytesMax: 16_777_216,
  /**
   * Bytes of all queues of the node; a message in several counts in each. At the bound the user with most in its queues, to a quarter,
   * loses the oldest of its longest one; what waits for a group is of who made it. What was just queued stays if it is alone there.
   */
  queuesBytesMax: 268_435_456,
  /** Bytes of earlier versions kept as bases of deltas. At the bound full values are sent. [SEM 3.4] */
  baseBytesMax: 67_108_864,
  /** Removals remembered for resuming readers. A position before the oldest gets `resynchronised`. [SEM 1.6] */
  removalsMax: 10_000,
  /** Fetches of one session that wait to be asked on; at the bound its oldest is forgotten and answers `notFound`. */
  fetchSessionCursorsMax: 100,
  /** The same of the node; at the bound the oldest of the user with most is forgotten. */
  fetchCursorsMax: 10_000,
  /** Topics in one fetched page. */
  fetchTopicsMax: 1_000,
  /** Bytes of values, paths, attributes and owners in one fetched page; one topic always fits. */
  fetchBytesMax: 262_144,
  /** Distinct sessions a list answers with in one page. */
  listSessionsMax: 1_000,
} as const

/** The limits by name. */
export type Limits = { readonly [Name in keyof typeof defaultLimits]: number }

/** What may stand around a value, its path and its attributes in a frame, bytes: properties, conditions, other small messages. */
const frameOverheadBytes = 16_384

/**
 * Bytes of one frame from a client, as the welcome says it; a bigger one ends the link. More than the limits of what stands in
 * it, so that what breaks those is refused, and its link goes on. [PROTOCOL 1.9]
 */
export function frameBytesMax({ messageBytesMax, attributesBytesMax }: Limits): number {
  return messageBytesMax + attributesBytesMax + frameOverheadBytes
}

/** The flow's constants: measured, not for users. docs/ARCHITECTURE.md "The hot path". */
export const pace = {
  /**
   * Sessions are served this long, ms, then the loop turns, so that ingest never waits for a walk. Where no more than a few wait they
   * are served as long as has passed since the last turn, up to a bound, and half as long is given to marks. Else what comes in outruns what goes out:
   * with 500 publishers to one reader 36,000 updates a second pile up, and so 88,000 do not. (Given to many readers the same made
   * them 19 ms late instead of 13.)
   */
  sliceMs: 1,
  sliceMsMax: 6,
  fewSessions: 4,
  /**
   * A turn that is so late, ms, does not wait for the loop to come round, in which each of many sockets may bring 64 KiB: with 500 of
   * them it did not for half a second while a fresh process is slow, and what piled up meanwhile took 3 s to go.
   */
  overdueMs: 8,
  /** Whether it is, is looked at once in so many changes. */
  changesPerClockRead: 64,
  /** The clock is read once in so many writes, where more than a few wait. */
  writesPerClockRead: 2,
  /**
   * Updates in one flush, which is one step: to encode one for the first time takes 10 to 20 µs while the code is cold. One that
   * this session alone is owed always is encoded for the first time, and counts as so many.
   */
  flushUpdatesMax: 256,
  ownUpdateCounts: 4,
  /** The longest turn is shown for at least so long, ms, and for twice that at most. */
  longestTurnMs: 10_000,
  /** Topics marked between two looks at the clock, where nobody subscribed to regular expressions. */
  marksPerClockRead: 128,
  /** So many states of regular expressions take about as long to try against a name as marking the readers of a topic. */
  regexStatesPerMark: 8,
  /** Marking may take this long in one turn, ms. */
  markMs: 2,
  /** One background job may take this long in one turn, ms. */
  jobMs: 1,
  /** Finding what a returning client missed may take this long at once, ms; over it everything is told again. [SEM 2.5] */
  resumeMs: 4,
  /**
   * A snapshot is walked on only while fewer than this many of its topics wait to be sent: four flushes. Of 512 that wait most
   * outlive a collection, and the first picture of 100,000 topics takes 0.45 s; with 256 it takes 0.27 (in flushes of 128).
   */
  snapshotOwedMax: 256,
  /** Of a session that is owed that much by other ways, a walk may still have so many topics of its own waiting: it goes on, if slowly. */
  snapshotShareMin: 32,
  /** Readings that a rate held back and that may leave at once are so many in one step. */
  releasedMax: 1_024,
  /** Retained values are queued ahead only while less than this waits, bytes. */
  queuedAheadBytes: 1_048_576,
  /** Tree nodes that one step of a walk may visit; a character tried against a regular expression counts like a node. */
  walkNodesPerStep: 512,
  /** What a caller without a session asks is worked on for so long within its call, ms; what takes longer goes on in turns. */
  atOnceMs: 1,
  /** A lower priority waits at most this much longer than a higher one, ms. [SEM 3.1] */
  priorityAgeingMs: 1_000,
  /** Versions of one topic kept as bases of deltas. [SEM 3.4] */
  basesMax: 8,
  /** Values shorter than this are never sent as deltas: the frame around them would be longer. */
  deltaBytesMin: 16,
  /** Held-back topics that a position names; beyond, it falls back to before the oldest. [SEM 1.4] */
  heldMax: 16,
  /** What an update costs on the wire beside its value, bytes; used to guess what fits. */
  updateOverheadBytes: 24,
  /** Encodings remembered of one update; a search looks at each. Over it: readers for whom none is right get bytes of their own. */
  encodingsMax: 64,
  /** Expected size of a delta, bytes; used to guess what fits. */
  deltaGuessBytes: 48,
  /** The clients of a gateway that drains are asked back one every so many ms on average, as far as the grace allows. */
  returnMs: 5,
  /** Period of the sweeps for keep-alive, session time-outs, history and bases, ms. */
  sweepMs: 1_000,
  /** A base that nobody needed for this long is dropped, ms. */
  baseIdleMs: 60_000,
} as const
