import type { Feed } from './feed.js'

/** Where the demo is found. */
export interface DemoPlaces {
  /** Of the page. */
  readonly page: string
  /** Of the gateway, for clients. */
  readonly url: string
  readonly ops: string
}

const defaultUrl = 'ws://127.0.0.1:8080/ws'

/** What the demo says in the terminal: what runs, where to look, and what to try next. */
export function guide(feeds: readonly Feed[], { page, url, ops }: DemoPlaces): string {
  const where = url === defaultUrl ? '' : ` --url ${url}`
  const recordings = feeds.map(({ name, about, rowsPerSecond }) => {
    return `  ${`${name}/#`.padEnd(15)}${about.padEnd(52)}${String(rowsPerSecond).padStart(4)} rows/s`
  })
  return [
    'Rivulet demo: recorded data, replayed live into one gateway on this machine.',
    '',
    ...recordings,
    '',
    `Open  ${page}  and move the slider.`,
    '',
    'Then, in another terminal:',
    `  npx rivulet subscribe 'stocks/#' --rate 2/s${where}`,
    `  npx rivulet subscribe index/sp500 --json --count 3${where}`,
    `  npx rivulet fetch 'football/deutsche-bundesliga/table/+'${where}`,
    `  npx rivulet sessions list${where}`,
    `  curl -N '${page}sse?topic=index/sp500&rate=1/s'`,
    `  curl ${page}api/v1/topics/index/sp500`,
    `  curl ${ops}/metrics`,
    '',
    'Ctrl-C ends it.',
  ].join('\n')
}
