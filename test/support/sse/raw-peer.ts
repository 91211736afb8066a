import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { within } from '../deadline.js'
import { until } from './streams.js'

/** Characters: far more than any test looks at. */
const heardMax = 200_000

/** A peer with a bare socket: it may say anything, and stop anywhere. */
export class RawPeer {
  /** What it was told last, as text. */
  heard = ''
  bytesHeard = 0
  private readonly ended: Promise<void>

  private constructor(private readonly socket: Socket) {
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()))
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      this.bytesHeard += chunk.length
      this.heard = `${this.heard}${chunk.toString('latin1')}`.slice(-heardMax)
    })
  }

  static async dial(port: number): Promise<RawPeer> {
    const socket = connect(port, '127.0.0.1')
    const peer = new RawPeer(socket)
    await within('a connection', new Promise((resolve) => socket.once('connect', resolve)))
    return peer
  }

  get isOver(): boolean {
    return this.socket.closed
  }

  say(bytes: string): void {
    this.socket.write(bytes)
  }

  /** Says no more, and goes on listening. */
  finish(): void {
    this.socket.end()
  }

  stall(): void {
    this.socket.pause()
  }

  unstall(): void {
    this.socket.resume()
  }

  /** Leaves as a process does that ends. */
  cut(): void {
    this.socket.destroy()
  }

  /** Leaves as a process does that was killed with bytes unread. */
  reset(): void {
    this.socket.resetAndDestroy()
  }

  /** Until the gateway has ended the connection. */
  async closed(): Promise<void> {
    await within('the end of a connection', this.ended)
  }

  async hears(text: string): Promise<void> {
    await until(JSON.stringify(text), () => this.heard.includes(text))
  }

  /** Status and code of the last answer; of one that is no problem its status; '' without an answer. */
  get outcome(): string {
    const status = [...this.heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].at(-1)?.[1] ?? ''
    const code = /"code":"(\w+)"/.exec(this.heard)?.[1]
    return code === undefined ? status : `${status} ${code}`
  }
}
