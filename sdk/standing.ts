import type { HeldTopic, Position } from '../core/index.js'

const none: readonly HeldTopic[] = []

/** Up to where this client has applied everything: what it acknowledges and resumes from. [PROTOCOL 4.13] */
export class Standing {
  private epoch = ''
  private offset = 0
  private held: readonly HeldTopic[] = none
  /** Newest offset of the frame at hand; 0: it moved nothing. */
  private frameOffset = 0

  get position(): Position {
    return { epoch: this.epoch, offset: this.offset, held: this.held }
  }

  /** Nothing was applied yet in this epoch. [PROTOCOL 2.9] */
  begin(epoch: string): void {
    this.synced({ epoch, offset: 0, held: none })
  }

  /** A snapshot is complete; it says where that leaves the client. */
  synced(position: Position): void {
    this.epoch = position.epoch
    this.offset = position.offset
    this.held = position.held
  }

  /** An update that is no snapshot was applied. */
  applied(offset: number): void {
    this.frameOffset = Math.max(this.frameOffset, offset)
  }

  /** The frame says itself where it leaves the client, since something older is held back. */
  stands(offset: number, held: readonly HeldTopic[]): void {
    this.offset = offset
    this.held = held
    this.frameOffset = 0
  }

  /** A frame with updates that does not say it leaves nothing held back of what was sent so far. */
  frameEnded(): void {
    if (this.frameOffset > 0) this.stands(Math.max(this.frameOffset, this.offset), none)
  }
}
