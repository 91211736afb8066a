import type { Problem } from '../../net/index.js'
import { peerNetwork } from '../../net/index.js'
import type { SseOptions } from './options.js'
import { tooManyOfClient, tooManyStreams } from './problems.js'

/** How many streams there are, in all and of each client: an address, or the /64 network that an IPv6 host has to itself. */
export class StreamCounts {
  private readonly byClient = new Map<string, number>()
  private streams = 0

  constructor(private readonly options: Pick<SseOptions, 'streamsMax' | 'streamsPerClientMax'>) {}

  get all(): number {
    return this.streams
  }

  /** Counts one more, or says why there may be none. */
  enter(address: string): Problem | null {
    const client = peerNetwork(address)
    const own = this.byClient.get(client) ?? 0
    if (own >= this.options.streamsPerClientMax) return tooManyOfClient
    if (this.streams >= this.options.streamsMax) return tooManyStreams
    this.streams += 1
    this.byClient.set(client, own + 1)
    return null
  }

  leave(address: string): void {
    const client = peerNetwork(address)
    const left = (this.byClient.get(client) ?? 0) - 1
    this.streams -= 1
    if (left > 0) this.byClient.set(client, left)
    else this.byClient.delete(client)
  }
}
