/** Bounds of JSON text that is looked through, each with its unit; what happens at a bound stands beside it. */
export const jsonLimits = {
  /** Values inside values. Deeper: it counts as no JSON. */
  depthMax: 512,
} as const
