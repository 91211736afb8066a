/** Bounds of the HTTP API, each with its unit; what happens at a bound stands beside it. */
export const httpLimits = {
  /** Silence in the middle of a body, ms. After it: `bodyTimeout`, and the connection closes. */
  bodyIdleMs: 10_000,
  /** Time for a body that is read as a whole, ms. After it: as above. A stream of lines may last as long as it goes on. */
  bodyMs: 30_000,
  /** How often open bodies are looked at, ms; more often where they have less time. */
  bodySweepMs: 1_000,
  /** Bytes of all bodies that are being read as a whole, at once. Over it: `tooManyRequests`, to be tried again. */
  bodiesBytesMax: 268_435_456,
  /** Bytes of an encoded body that is read as a whole, and of what it becomes: what the gateway takes in one piece. Over it: `tooLarge`. */
  encodedBodyBytesMax: 1_048_576,
  /** Bytes that are read and thrown away behind a refusal, so that it arrives; then the connection closes. */
  lingerBytesMax: 1_048_576,
  /** Time for that, ms. */
  lingerMs: 1_000,
  /** Characters of one parameter of a query, decoded or not. Over it: `invalidQuery`. The head of a request has a bound of its own. */
  parametersMax: 32,
  /** Entity tags in one condition. Over it: `invalidCondition`. */
  entityTagsMax: 64,
  /** How often a change of what somebody else changes meanwhile is tried. After it: `conflict`. */
  attemptsMax: 5,
} as const

/** Bounds of what is sent. */
export const answerLimits = {
  /** Values shorter than this are sent as they are, bytes: a packet is not made shorter. */
  compressBytesMin: 1_024,
  /** Values longer than this too, bytes: one thread of four would be busy for a tenth of a second. */
  compressBytesMax: 4_194_304,
  /** Values being compressed at once. Over it: sent as they are. */
  compressionsMax: 64,
  /** Bytes of compressed values kept for the next who asks, with their versions. Over it the longest unused goes. */
  keptBytesMax: 16_777_216,
  /** Values shorter than this do not say that they are given in parts, bytes; they are, to whoever asks. */
  rangeBytesMin: 4_096,
  /** Ranges in one request. Over it: the whole value. RFC 9110 §14.2 lets a server ignore the field. */
  rangesMax: 16,
  /** Entity tags remembered with their topics, so that a value that did not change costs no formatting. Over it all are forgotten. */
  tagsMax: 4_096,
} as const

/** Bounds of a stream of lines. */
export const linesLimits = {
  /** Streams at once. Over it: `tooManyRequests`. */
  streamsMax: 1_000,
  /** Lines are handed over this long in one go, ms; then others have their turn. */
  sliceMs: 4,
  /** Lines between two looks at the clock. */
  linesPerClockRead: 64,
  /** Lines whose answers wait for a store. At the bound the stream is not read until half of them came. */
  pendingMax: 4_096,
  /** Failures that are listed; more are counted. */
  failuresMax: 100,
  /** Bytes of a line beside its value, where it says more than a path. Over it: `tooLarge`. */
  membersBytesMax: 16_384,
} as const

/** Bounds of requests that wait for a change. */
export const pollLimits = {
  /** Longest time to wait, ms; a longer wish is cut to it. */
  waitMsMax: 60_000,
  /** Requests that wait at once. Over it: `tooManyRequests`. */
  pollsMax: 10_000,
  /** The same of one principal. Over it: as above. */
  pollsPerPrincipalMax: 1_000,
} as const

/** Bounds of a JSON patch. RFC 6902 */
export const patchLimits = {
  /** Bytes of a patch, and of the value that it changes, as core bounds merge patches: more would hold up everybody. Over it: `tooLarge`. */
  bytesMax: 65_536,
  /** Operations. Over it: `invalidPatch`. */
  operationsMax: 1_000,
  /** Values that all operations together may copy or compare; `copy` could otherwise double a value a thousand times. Over it: `tooLarge`. */
  valuesMax: 100_000,
  /** Levels of values inside values. Deeper: `tooLarge`. */
  depthMax: 512,
} as const

/** Bounds of remembered answers to writes with an `Idempotency-Key`. */
export const idempotencyLimits = {
  /** An answer is remembered for so long, ms. */
  keptMs: 3_600_000,
  /** Answers remembered in all. Over it the oldest of the principal with the request goes, else the oldest of all. */
  answersMax: 20_000,
  /** Of one principal. Over it its oldest goes. */
  answersPerPrincipalMax: 2_000,
  /** Bytes of all answers, most of them without any; a stream of lines lists what failed. Over it the oldest go. */
  bytesMax: 67_108_864,
  /** Characters of a key. Over it: `invalidKey`. */
  keyCharactersMax: 255,
} as const
