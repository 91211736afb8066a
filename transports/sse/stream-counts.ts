import type { Problem } from '../../net/index.js'
import type { SseOptions } from './options.js'
import { tooManyOfClient, tooManyStreams } from './problems.js'

/** How many streams there are, in all and of each client. */
export class StreamCounts {
  private readonly byAddress = new Map<string, number>()
  private streams = 0

  constructor(private readonly options: Pick<SseOptions, 'streamsMax' | 'streamsPerClientMax'>) {}

  get all(): number {
    return this.streams
  }

  /** Counts one more, or says why there may be none. */
  enter(address: string): Problem | null {
    const own = this.byAddress.get(address) ?? 0
    if (own >= this.options.streamsPerClientMax) return tooManyOfClient
    if (this.streams >= this.options.streamsMax) return tooManyStreams
    this.streams += 1
    this.byAddress.set(address, own + 1)
    return null
  }

  leave(address: string): void {
    const left = (this.byAddress.get(address) ?? 0) - 1
    this.streams -= 1
    if (left > 0) this.byAddress.set(address, left)
    else this.byAddress.delete(address)
  }
}
