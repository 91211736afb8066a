import { EventEmitter, once } from 'node:events'
import type { ClientMessage, CloseReason, Link, LinkOwner, SessionNotes } from '../../core/index.js'

/** The session side of a link, reduced to its memory: what the link told it, in order, and when to wait for. */
export class LinkRecorder implements LinkOwner {
  notes: SessionNotes | Uint8Array | null = null
  readonly messages: ClientMessage[] = []
  readonly closedWith: CloseReason[] = []
  timesWritable = 0
  timesHeard = 0
  /** Called in the middle of the link's own call, as a session would act. */
  onReceived: (message: ClientMessage) => void = () => undefined
  private readonly news = new EventEmitter()

  constructor(
    readonly link: Link,
    readonly peer: string,
  ) {}

  received(message: ClientMessage): void {
    this.mustBeOpen('received')
    this.messages.push(message)
    this.onReceived(message)
    this.news.emit('news')
  }

  heard(): void {
    this.mustBeOpen('heard')
    this.timesHeard++
    this.news.emit('news')
  }

  writable(): void {
    this.mustBeOpen('writable')
    this.timesWritable++
    this.news.emit('news')
  }

  settled(): void {
    throw new Error('this link settles nothing')
  }

  goEnded(): void {
    this.mustBeOpen('goEnded')
  }

  stored(done: () => void): void {
    done()
  }

  closed(reason: CloseReason): void {
    this.mustBeOpen('closed')
    this.closedWith.push(reason)
    this.news.emit('news')
  }

  /** Resolves when the condition holds, looking whenever the link has said something. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.news, 'news')
  }

  /** The reason with which the link ended. */
  async end(): Promise<CloseReason | undefined> {
    await this.until(() => this.closedWith.length > 0)
    return this.closedWith[0]
  }

  private mustBeOpen(call: string): void {
    if (this.closedWith.length > 0) throw new Error(`${call} after closed`)
  }
}
