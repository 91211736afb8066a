/** So long one thing may take, real ms: far more than it does, since machines can be busy. */
const patienceMs = 10_000

/** What is awaited, or a failure that names it once that takes longer than any working machine needs. */
export function within<Outcome>(what: string, awaited: Promise<Outcome>): Promise<Outcome> {
  const late = AbortSignal.timeout(patienceMs)
  return Promise.race([
    awaited,
    new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new Error(`in vain awaited: ${what}`)), { once: true })
    }),
  ])
}
