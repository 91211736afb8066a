/** Two bytes as a number; those behind the end count as 0. */
export const uint16 = (bytes: Uint8Array, at: number): number => 256 * (bytes[at] ?? 0) + (bytes[at + 1] ?? 0)
