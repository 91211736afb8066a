const flashMs = 700

/**
 * How brightly a dot glows so long after its flash: 1 at first, 0 once it is over. A frame is drawn for the time at which it began, so
 * that what flashed since is younger than nothing.
 */
export function glowAfter(ms) {
  return Math.min(1, Math.max(0, 1 - ms / flashMs))
}
