import type { Cancel, Clock } from '../../core/index.js'
import type { Feed, Publication } from './feed.js'

/** Rows are published in small lots, this often, ms: short enough that nobody sees them. */
const stepMs = 20

/** After a pause (a laptop that slept) the player goes on from here instead of making up for more than this, ms. */
const catchUpMsMax = 1_000

type PlayerClock = Pick<Clock, 'nowMs' | 'after'>

/** One feed on its way. */
interface Track {
  readonly rows: Iterator<readonly Publication[], never>
  readonly rowsPerSecond: number
  /** Rows that are due, with the fraction of the next one. */
  due: number
}

/** Replays feeds in time: each row once, at its feed's pace, as long as nobody stops it. */
export class Player {
  private readonly clock: PlayerClock
  private readonly tracks: readonly Track[]
  private readonly publish: (publication: Publication) => void
  private lastMs: number
  private cancel: Cancel | null = null

  constructor(clock: PlayerClock, feeds: readonly Feed[], publish: (publication: Publication) => void) {
    this.clock = clock
    this.tracks = feeds.map((feed) => ({ rows: feed.replay(), rowsPerSecond: feed.rowsPerSecond, due: 0 }))
    this.publish = publish
    this.lastMs = clock.nowMs()
  }

  start(): void {
    this.lastMs = this.clock.nowMs()
    this.schedule()
  }

  stop(): void {
    this.cancel?.()
    this.cancel = null
  }

  private schedule(): void {
    this.cancel = this.clock.after(stepMs, () => {
      this.step()
      this.schedule()
    })
  }

  private step(): void {
    const nowMs = this.clock.nowMs()
    const elapsedMs = Math.min(nowMs - this.lastMs, catchUpMsMax)
    this.lastMs = nowMs
    for (const track of this.tracks) this.play(track, elapsedMs)
  }

  private play(track: Track, elapsedMs: number): void {
    track.due += (track.rowsPerSecond * elapsedMs) / 1_000
    for (; track.due >= 1; track.due -= 1) for (const publication of track.rows.next().value) this.publish(publication)
  }
}
