const wavesMany = 3
const stepsMany = 32

/** Some waves, as somebody might draw them. */
export function waves() {
  return Array.from({ length: wavesMany }, (_, wave) => ({
    id: `wave-${wave + 1}`,
    ink: 'blue',
    begun: wave,
    points: Array.from({ length: stepsMany + 1 }, (_, step) => pointOf(wave, step)),
  }))
}

/** Within the 1600 × 900 of the board. */
function pointOf(wave, step) {
  const x = 500 + 60 * wave + (500 * step) / stepsMany
  const y = 370 + 80 * wave + 30 * Math.sin((6 * Math.PI * step) / stepsMany)
  return [Math.round(x), Math.round(y)]
}
