/** Bounds of what a peer may say in one message. More of it is malformed: the link ends with 4002. [PROTOCOL 10.1] */
export const wireLimits = {
  /** Bytes of one text in a request: a path is at most 1,024, the longest thing is a token of an identity provider. */
  textBytesMax: 8_192,
  /** Bytes of an epoch: 8 random bytes as hex. [SEM 1.2] */
  epochBytesMax: 16,
  /** Bytes of a resume token: 128 bits today. [SEM 6.3] */
  tokenBytesMax: 64,
  /** Protocol versions in a hello. */
  versionsMax: 16,
  /** Subscriptions that a resume builds on; where a session has more, the others begin again with a snapshot. */
  syncedMax: 1_000,
  /** Held-back topics in a position. [SEM 1.4] */
  heldMax: 16,
  /** Pairs of one set of attributes, so that empty pairs are bounded too. */
  pairsMax: 1_024,
  /** Bytes of one set of attributes as encoded; core's own bound, which refuses politely, is far below. */
  attributesBytesMax: 65_536,
} as const

/** How the gateway's encoder works; nothing a peer can notice but by the size of what it is sent. */
export const encoderLimits = {
  /** Encoded updates are cut from chunks of so many bytes: an allocation of its own costs ten times as much. */
  chunkBytes: 65_536,
  /** Encodings longer than this get memory of their own, so that one value cannot waste most of a chunk. */
  chunkShareBytesMax: 8_192,
  /** Values shorter than this are not deflated: the gain is eaten by the deflate block's own header. [PROTOCOL 8.3] */
  deflateBytesMin: 256,
} as const
