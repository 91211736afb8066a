/** Bounds of what a peer may say in one packet. More of it is malformed with reason 0x97, quota exceeded: the link ends. */
export const mqttLimits = {
  /** User properties of one packet: the shortest has 5 bytes on the wire and fifty times that in memory. */
  userPropertiesMax: 1_024,
  /** Topic filters of one SUBSCRIBE or UNSUBSCRIBE: the shortest has 3 bytes on the wire and fifty times that in memory. */
  filtersMax: 10_000,
} as const

/** How the writer works; nothing a peer can notice. */
export const writerLimits = {
  /** Bytes of a new writer's memory; it doubles when that is not enough. */
  bytesAtFirst: 256,
  /** A writer that is cleared keeps memory up to this size, bytes, so that one big packet is not held forever. */
  keptBytesMax: 1_048_576,
} as const
