/** What the status line is made of. */
export interface StatusFigures {
  readonly topics: number
  readonly sessions: number
  readonly published: number
  readonly updates: number
}

const periodMs = 1_000

/** On a terminal, one line that is written over each second; elsewhere nothing. The function that it returns ends it. */
export function showStatus(read: () => StatusFigures): () => void {
  if (!process.stdout.isTTY) return () => undefined
  const timer = setInterval(() => process.stdout.write(`\r\u001b[K${statusLine(read())}`), periodMs).unref()
  return () => {
    clearInterval(timer)
    process.stdout.write('\n')
  }
}

/** `4,612 topics · 2 sessions · 12,345 published · 45,678 delivered` */
function statusLine({ topics, sessions, published, updates }: StatusFigures): string {
  const counts = Object.entries({ topics, sessions, published, delivered: updates })
  return counts.map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(' · ')
}
