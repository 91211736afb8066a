/** Bounds of one WebSocket link, each with its unit; what happens at a bound stands beside it. */
export const webSocketLimits = {
  /** Links at once. Over it: 503 with `tooManyConnections` before the upgrade. */
  connectionsMax: 50_000,
  /** A frame, bytes, before the gateway has said anything; complete or not. Over it: `messageTooLarge`. [PROTOCOL 1.9] */
  firstFrameBytesMax: 65_536,
  /** Fragments of one message. Over it: `malformedMessage`. */
  fragmentsMax: 1_024,
  /** Pieces in which one frame may trickle in; each costs a buffer of its own. Over it: `malformedMessage`. */
  piecesMax: 4_096,
  /** What one client sent is handed over for so long in one go, ms. After it: the rest later, when others had their turn. */
  sliceMs: 5,
  /** Values longer than this are not deflated, bytes: it takes about a millisecond in which nobody else is served. */
  deflateBytesMax: 65_536,
  /** Time for the peer to answer a close, ms. After it: the socket is cut. */
  closeTimeoutMs: 5_000,
} as const

/**
 * When a client is asked to acknowledge. [PROTOCOL 5.3]
 *
 * About 200 ms: a thousand readers cost five thousand acknowledgements a second; with 100 ms twice as many took a tenth of a core
 * and 15 ms of p99 (`distinct`), with 250 ms thin links noticed late what became of them. The bytes are well within the 64 KiB
 * that a window starts with, so that only bulk is acknowledged by bytes.
 */
export const acknowledgeLimits = {
  /** Unacknowledged bytes. */
  acknowledgeBytes: 40_000,
  /** Time since the last acknowledgement: from so much, by steps, to so much, one link after another (`terms.ts`). */
  acknowledgeMsMin: 175,
  acknowledgeMsMax: 225,
  stepMs: 2,
} as const
