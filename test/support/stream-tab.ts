import type { Browser, BrowserContext, Page } from 'playwright-core'

/** What the browser's own EventSource has told of one stream. */
export interface TabStream {
  /** 0 connecting, 1 open, 2 closed for good. */
  readonly readyState: number
  /** How often it began, the first time included. */
  readonly begun: number
  readonly events: readonly { readonly event: string; readonly id: string; readonly data: string }[]
}

/** Runs in the page before anything else; streams are named by their number. */
const script = `
  window.streams = []
  window.listen = (url, options) => {
    const source = new EventSource(url, options)
    const stream = { source, begun: 0, events: [] }
    source.addEventListener('open', () => { stream.begun += 1 })
    for (const event of ['update', 'patch', 'remove', 'resync', 'synced', 'unsubscribed', 'closed'])
      source.addEventListener(event, ({ lastEventId: id, data }) => stream.events.push({ event, id, data }))
    streams.push(stream)
    return streams.length - 1
  }
  window.numbers = (stream) =>
    stream.events.filter(({ event }) => event === 'update').map(({ data }) => JSON.parse(data).value)
`

/** A page that reads event streams with what the browser has for that. */
export class StreamTab {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  /** Whatever stands at the URL, the page is of its origin. */
  static async open(browser: Browser, url: string, options: object = {}): Promise<StreamTab> {
    const context = await browser.newContext(options)
    await context.addInitScript(script)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(url)
    return new StreamTab(context, page)
  }

  /** Begins a stream; the number that it has from now on. */
  listen(url: string, options: object = {}): Promise<number> {
    return this.page.evaluate(`listen(${JSON.stringify(url)}, ${JSON.stringify(options)})`).then(Number)
  }

  /** Waits until something is so in the page, where `stream` is the one with this number. */
  async until(number: number, isSo: string): Promise<void> {
    await this.page.waitForFunction(`((stream) => ${isSo})(streams[${number}])`)
  }

  async opened(number: number): Promise<void> {
    await this.until(number, 'stream.source.readyState === 1')
  }

  async synced(number: number, count = 1): Promise<void> {
    await this.until(number, `stream.events.filter(({ event }) => event === 'synced').length >= ${count}`)
  }

  /** The value of the last update is this number. */
  async reached(number: number, last: number): Promise<void> {
    await this.until(number, `numbers(stream).includes(${last})`)
  }

  async stream(number: number): Promise<TabStream> {
    const read = `(({ source, begun, events }) => JSON.stringify({ readyState: source.readyState, begun, events }))`
    return JSON.parse(String(await this.page.evaluate(`${read}(streams[${number}])`)))
  }

  async numbers(number: number): Promise<number[]> {
    return JSON.parse(String(await this.page.evaluate(`JSON.stringify(numbers(streams[${number}]))`)))
  }

  async end(number: number): Promise<void> {
    await this.page.evaluate(`streams[${number}].source.close()`)
  }

  close(): Promise<void> {
    return this.context.close()
  }
}
