/** Bounds of the process, each with its unit; what happens at a bound stands beside it. */
export const processLimits = {
  /** After SIGTERM sessions are given what they are owed for at most this long, ms; then their links close. */
  drainGraceMs: 5_000,
  /** Characters logged of why somebody was not let in; the rest is cut off. */
  whyCharactersMax: 256,
  /** Publishes from standard input on their way at once. At the bound no more is read. */
  publishesAtOnceMax: 512,
  /** Lines of standard input that are refused or doubtful and told one by one; of the others the refused are counted. */
  linesToldMax: 10,
} as const
