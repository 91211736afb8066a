/** Bounds of the text that events are made of, each with its unit; what happens at a bound stands beside it. */
export const eventLimits = {
  /** A value longer than this is told whole rather than as a patch, bytes: to look for the difference would take milliseconds. */
  patchValueBytesMax: 65_536,
  /** Names and values in a document, nested ones counted. Over it: told whole. */
  patchNodesMax: 2_000,
  /**
   * Where arrays are compared, nodes of the one document times nodes of the other: about 2 µs each, since every element is held against
   * every other. Over it: told whole.
   */
  patchPairsMax: 2_500,
  /** Levels of a document. Over it: told whole. */
  patchDepthMax: 64,
  /** Memory that encoded updates share, bytes; and the longest that shares it. Over it: memory of its own. */
  chunkBytes: 65_536,
  chunkShareBytesMax: 8_192,
} as const
