/** Bounds of event streams, each with its unit; what happens at a bound stands beside it. */
export const sseLimits = {
  /** Streams at once. Over it: 503 with Retry-After. */
  streamsMax: 50_000,
  /** Streams at once of one client's address. Over it: 429 with Retry-After. */
  streamsPerClientMax: 20_000,
  /** Selectors of one stream; core takes a hundred messages before it has let a client in. Over it: 400. */
  selectorsMax: 64,
  /** A reader that has read all is given so much in one go, bytes; more when that is sent. */
  roomBytes: 65_536,
  /** A stream to which nothing was said for so long is sent a comment, ms: proxies hang up on silence. */
  heartbeatMs: 15_000,
  /** Streams are looked after in so many parts, one after another: a comment to each of 20,000 at once would take 100 ms. */
  heartbeatParts: 30,
  /** How long a reader that lost its stream is to wait, ms, where the gateway is not asked to stop. */
  retryMs: 2_000,
  /** Of the field User-Agent, for lists of sessions, characters. Over it: cut off. */
  agentLengthMax: 200,
  /** What somebody is told to wait who is one too many, s. */
  retryAfterS: 5,
} as const
