import { within } from '../support/deadline.js'
import type { Message } from './peer.js'

/** What one client has received, in order, and a way to wait for more. */
export class Inbox {
  private readonly all: Message[] = []
  private readonly watchers = new Set<() => void>()

  get messages(): readonly Message[] {
    return this.all
  }

  get size(): number {
    return this.all.length
  }

  get payloads(): string[] {
    return this.all.map(({ payload }) => payload.toString())
  }

  add(message: Message): void {
    this.all.push(message)
    for (const watcher of [...this.watchers]) watcher()
  }

  /** Calls at each message that comes from now on, until the function that it returns is called. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** All so far, once there are that many. */
  async first(count: number): Promise<readonly Message[]> {
    await this.until(`${count} messages`, () => this.size >= count)
    return [...this.all]
  }

  /** The first message, once it is there. */
  async one(): Promise<Message> {
    const [message] = await this.first(1)
    if (message === undefined) throw new Error('no message')
    return message
  }

  /** All up to the one with this payload, which itself is left out. */
  async before(payload: string): Promise<readonly Message[]> {
    const index = () => this.all.findIndex((message) => message.payload.toString() === payload)
    await this.until(`the message "${payload}"`, () => index() >= 0)
    return this.all.slice(0, index())
  }

  private async until(what: string, isSo: () => boolean): Promise<void> {
    if (isSo()) return
    let stop: (() => void) | undefined
    const arrived = new Promise<void>((resolve) => {
      stop = this.watch(() => {
        if (isSo()) resolve()
      })
    })
    try {
      await within(what, arrived)
    } catch (error) {
      throw new Error(`${what} did not come, but ${this.size}: ${this.payloads.slice(-5).join(', ').slice(0, 200)}`, {
        cause: error,
      })
    } finally {
      stop?.()
    }
  }
}
