/**
 * Slots of a rate lie on a common grid, k × interval shifted by the path, so that all readers of one rate share base, delta and
 * frame, while topics do not all fall due at once. [SEM 3.2]
 */
export function nextSlotMs(nowMs: number, intervalMs: number, path: string): number {
  const shift = hash(path) % intervalMs
  return (Math.floor((nowMs - shift) / intervalMs) + 1) * intervalMs + shift
}

/** FNV-1a over code units, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
