/** The SDK's bounds, each with its unit; what happens at a bound stands beside it. */
export const limits = {
  /** Publishes that wait for their answer while the session recovers. One more: `queueFull`. */
  recoveringPublishesMax: 1_000,
  /** Bytes of those. More: `queueFull`. */
  recoveringPublishBytesMax: 1_048_576,
  /** Publishes on their way while the session is live. One more: `queueFull`. */
  livePublishesMax: 65_536,
  /** Bytes of those. More: `queueFull`. */
  livePublishBytesMax: 16_777_216,
  /** Publishes up to the highest that came of which a gateway that is come back to still knows the answer. [PROTOCOL 6.4] */
  answersRemembered: 64,
  /** Other requests without an answer. One more: `queueFull`. */
  requestsMax: 10_000,
  /** Updates that an iterator which is not read holds. What happens then stands in update-buffer.ts. [SEM 1.5] */
  unreadUpdatesMax: 1_000,
  /** Paths that get an alias; further ones are written out each time. */
  aliasesMax: 1_024,
  /** Bytes of one value after a delta was applied. More: the gateway is not to be trusted, as with any malformed message. */
  valueBytesMax: 2 ** 30,
  /** Of a path. Longer: `invalidPath`. */
  pathBytesMax: 1_024,
  /** Of the attributes of one update, names and values. More: `tooLarge`. [SEM 1.7] */
  attributesBytesMax: 8_192,
  attributePairsMax: 1_024,
  /** Small messages leave together, in frames up to this many bytes; a bigger one has its own. */
  frameBytes: 65_536,
} as const

/** Times, in ms. */
export const times = {
  /** From the start of an attempt to its `Welcome`. After it: the next attempt. */
  connectTimeoutMs: 10_000,
  /** From a request to its answer, reconnections included. After it: `timedOut`. */
  requestTimeoutMs: 30_000,
  /** Silence after which the connection is given up. A quarter of it without a sign of life: a ping. */
  keepAliveMs: 30_000,
  /** How long the session should outlive its connection. */
  sessionTimeoutMs: 300_000,
  /** Longest wait before the first attempt to come back; it doubles with each attempt. */
  retryMs: 500,
  /** Longest wait before any attempt. */
  retryMsMax: 30_000,
  /** The same in the first minute of waiting, in which most gateways are back. */
  soonRetryMsMax: 4_000,
  soonMs: 60_000,
  /** A connection that held so long was a good one: the wait starts small again. */
  settledMs: 5_000,
  /** For the gateway to answer a goodbye. After it the socket is closed without. */
  byeTimeoutMs: 2_000,
} as const
