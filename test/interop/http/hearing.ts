import { within } from '../../support/deadline.js'

/** One event as a library tells it. */
export interface HeardEvent {
  readonly event: string
  /** Of the last event that had one, where the library goes by the standard; else empty. */
  readonly id: string
  readonly data: EventData
}

interface EventData {
  readonly path?: string
  readonly type?: string
  readonly value?: unknown
  readonly snapshot?: boolean
  readonly reason?: string
  readonly selectors?: readonly string[]
}

/** What one stream has told, in order, and a way to wait for more. */
export class Hearing {
  readonly events: HeardEvent[] = []
  /** Comments, where the reader shows them. */
  comments = 0
  /** What an answer held that was no stream, where the reader shows it. */
  unread = ''
  private hasEnded = false
  private readonly watchers = new Set<() => void>()

  add(event: string, id: string, data: string): void {
    this.events.push({ event, id, data: JSON.parse(data) })
    this.changed()
  }

  addComment(): void {
    this.comments += 1
    this.changed()
  }

  /** The stream is over, for whatever reason. */
  end(): void {
    this.hasEnded = true
    this.changed()
  }

  get lastId(): string {
    return this.events.findLast(({ id }) => id !== '')?.id ?? ''
  }

  get names(): string[] {
    return this.events.map(({ event }) => event)
  }

  /** Path, type and value of each update. */
  get updates(): [path: string | undefined, type: string | undefined, value: unknown][] {
    return this.events
      .filter(({ event }) => event === 'update')
      .map(({ data: { path, type, value } }) => [path, type, value])
  }

  /** The values of updates that are numbers, in order. */
  get numbers(): number[] {
    return this.updates.flatMap(([, , value]) => (typeof value === 'number' ? [value] : []))
  }

  /** The nth event of a name. */
  async event(name: string, count = 1): Promise<HeardEvent> {
    const found = () => this.events.filter(({ event }) => event === name)[count - 1]
    await this.until(`${name} ${count}`, () => found() !== undefined)
    const event = found()
    if (!event) throw new Error(`no ${name}`)
    return event
  }

  ended(): Promise<void> {
    return this.until('the end of the stream', () => this.hasEnded)
  }

  get isOver(): boolean {
    return this.hasEnded
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    if (isSo()) return
    let watcher = () => undefined
    const happened = new Promise<void>((resolve) => {
      watcher = () => {
        if (isSo()) resolve()
      }
    })
    this.watchers.add(watcher)
    try {
      await within(what, happened)
    } catch (error) {
      const last = JSON.stringify(this.events.slice(-3)).slice(0, 400)
      throw new Error(`${what} did not come, but ${this.events.length} events: ${last}`, { cause: error })
    } finally {
      this.watchers.delete(watcher)
    }
  }

  private changed(): void {
    for (const watcher of [...this.watchers]) watcher()
  }
}
