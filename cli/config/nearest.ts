/** The name that was probably meant, or null when none is near: at most one letter in three may differ. */
export function nearest(found: string, names: Iterable<string>): string | null {
  let best: { readonly name: string; readonly distance: number } | null = null
  for (const name of names) {
    const distance = editDistance(plain(found), plain(name))
    if (distance <= Math.max(1, name.length / 3) && (best === null || distance < best.distance))
      best = { name, distance }
  }
  return best?.name ?? null
}

/** How names are compared where spelling is free: `MESSAGE_BYTES_MAX`, `messageBytesMax` and `message-bytes-max` are one. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '')
}

/** Letters to insert, delete, replace or swap with their neighbour, to make one text from the other. */
function editDistance(one: string, other: string): number {
  const lines = [Array.from({ length: other.length + 1 }, (_, index) => index)]
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= other.length; column += 1) line.push(cheapest(lines, line, one, other))
    lines.push(line)
  }
  return lines.at(-1)?.at(-1) ?? 0
}

/** The next number of a line, from those left of it and above it. */
function cheapest(lines: readonly number[][], line: readonly number[], one: string, other: string): number {
  const [row, column] = [lines.length, line.length]
  const at = (up: number, left: number) =>
    (up === 0 ? line : lines[row - up])?.[column - left] ?? Number.POSITIVE_INFINITY
  const isSame = one[row - 1] === other[column - 1]
  const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
  return Math.min(
    at(0, 1) + 1,
    at(1, 0) + 1,
    at(1, 1) + (isSame ? 0 : 1),
    isSwapped ? at(2, 2) + 1 : Number.POSITIVE_INFINITY,
  )
}
