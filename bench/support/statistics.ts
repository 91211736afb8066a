/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** How far runs lie apart, as a share of their median: (max − min) ÷ median. 0 for a single run. */
export function spread(values: readonly number[]): number {
  const middle = median(values)
  return middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle
}

/** The worst of all runs where less is better, as the fields of a figure. */
export function worst(values: readonly number[], unit: string) {
  return {
    value: rounded(Math.max(...values)),
    runs: values.length,
    spread: rounded(spread(values), 2),
    note: `the worst of all runs; their median is ${rounded(median(values), 3)} ${unit}`,
  }
}

/** So many digits that count; figures with more pretend to know what they do not. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits))
}
