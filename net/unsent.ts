import type { Socket } from 'node:net'

const nothing = new Uint8Array(0)

/** What a socket holds and has not sent yet, and the word that it is gone. One for each link that writes to its socket itself. */
export class Unsent {
  private isWatched = false

  /** `gone` is called after `isAny` was asked for and true, once it no longer is; but not for a socket that is over, whose `close` says enough. */
  constructor(
    private readonly socket: Socket,
    private readonly gone: () => void,
  ) {}

  /** `drain` would not come for less than the high-water mark, so an empty write behind the rest tells when it is sent. */
  get isAny(): boolean {
    if (this.socket.writableLength === 0) return false
    // One that is ended or destroyed fails each write at once: whoever asks again when told so would never stop.
    if (this.isWatched || !this.socket.writable) return true
    this.isWatched = true
    this.socket.write(nothing, (error) => this.written(error))
    return true
  }

  private written(error: Error | null | undefined): void {
    this.isWatched = false
    if (!error) this.gone()
  }
}
