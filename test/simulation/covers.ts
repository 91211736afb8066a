/** Whether a selector of the simulations matches a path: the few forms that they use, told apart without core's own matcher. */
export function covers(selector: string, path: string): boolean {
  const levels = path.split('/')
  const parts = selector.split('/')
  for (const [index, part] of parts.entries()) {
    if (part === '#') return true
    if (levels[index] === undefined || !levelCovers(part, levels[index])) return false
  }
  return levels.length === parts.length
}

function levelCovers(part: string, level: string): boolean {
  if (part === '+') return true
  if (part === '{a,b}') return level === 'a' || level === 'b'
  if (part.startsWith('~')) return /^[0-3]$/.test(level)
  return part === level
}
