import type { Statistics } from '../core/index.js'

/** What system topics are made of. */
export interface SystemTopicsSource {
  statistics(): Statistics
  announce(path: string, value: string): void
}

/** Minutes over which loads are averaged. */
const spans = [1, 5, 15] as const

/** A number that is told as it is: its name below `$SYS/broker`, and where it comes from. */
const plain: readonly (readonly [name: string, read: (statistics: Statistics) => number])[] = [
  ['clients/connected', ({ links }) => links],
  ['clients/disconnected', ({ sessions, links }) => Math.max(0, sessions - links)],
  ['clients/total', ({ sessions }) => sessions],
  ['subscriptions/count', ({ subscriptions }) => subscriptions],
  ['messages/received', ({ published }) => published],
  ['messages/sent', ({ updates }) => updates],
  ['publish/messages/received', ({ published }) => published],
  ['publish/messages/sent', ({ updates }) => updates],
  ['publish/messages/dropped', ({ dropped }) => dropped],
  ['bytes/sent', ({ bytesOut }) => bytesOut],
  ['store/messages/count', ({ topics }) => topics],
  ['store/messages/bytes', ({ valueBytes }) => valueBytes],
]

/** One that is also told by the minute, as an average over each span. */
const loads: readonly (readonly [name: string, read: (statistics: Statistics) => number])[] = [
  ['load/messages/received', ({ published }) => published],
  ['load/messages/sent', ({ updates }) => updates],
  ['load/bytes/sent', ({ bytesOut }) => bytesOut],
]

/** Tells how the gateway is under the names that tools for mosquitto look at, below `$SYS/broker`. Only what has changed is told. */
export class SystemTopics {
  private readonly told = new Map<string, string>()
  private readonly averages = new Map<string, number>()
  private before: Statistics | null = null
  private beforeMs: number

  constructor(
    private readonly source: SystemTopicsSource,
    private readonly version: string,
    private readonly startMs: number,
  ) {
    this.beforeMs = startMs
  }

  /** Tells how things are at this time of a monotonic clock, ms; to be called again and again. */
  tell(nowMs: number): void {
    const statistics = this.source.statistics()
    this.say('version', `rivulet version ${this.version}`)
    this.say('uptime', `${Math.floor((nowMs - this.startMs) / 1_000)} seconds`)
    for (const [name, read] of plain) this.say(name, `${read(statistics)}`)
    if (this.before) this.tellLoads(this.before, statistics, nowMs - this.beforeMs)
    this.before = statistics
    this.beforeMs = nowMs
  }

  private tellLoads(before: Statistics, now: Statistics, elapsedMs: number): void {
    for (const [name, read] of loads) {
      const perMinute = ((read(now) - read(before)) * 60_000) / Math.max(1, elapsedMs)
      for (const minutes of spans) {
        const key = `${name}/${minutes}min`
        const share = Math.exp(-elapsedMs / (minutes * 60_000))
        const average = perMinute + share * ((this.averages.get(key) ?? 0) - perMinute)
        this.averages.set(key, average)
        this.say(key, average.toFixed(2))
      }
    }
  }

  private say(name: string, value: string): void {
    if (this.told.get(name) === value) return
    this.told.set(name, value)
    this.source.announce(`$SYS/broker/${name}`, value)
  }
}
