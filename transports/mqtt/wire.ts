import type { CloseReason } from '../../core/index.js'

/** The bytes of one connection, whatever carries them. */
export interface Wire {
  /** Unsent bytes are left; `sent` of its end follows when they are gone. */
  readonly isBusy: boolean
  /** Writes bytes, and behind them those that others share. */
  write(bytes: Uint8Array, shared: Uint8Array | null): void
  /** Stop and restart reading. */
  pause(): void
  resume(): void
  /** Says the last words, if there are any, and hangs up; a peer that does not go is cut off in time. */
  end(last: Uint8Array | null): void
}

/** Who hears what comes over a wire. */
export interface WireEnd {
  /** Good during the call only, and perhaps a Buffer, whose `slice` copies nothing: to make a view of each cost a twentieth of all work. */
  received(chunk: Uint8Array): void
  /** What was unsent is gone. */
  sent(): void
  /** What came is not what the medium allows: the link is to end. */
  close(reason: CloseReason): void
  /** The connection is gone. Called once, last. */
  gone(): void
}
