import type { Socket } from 'node:net'

/** Head and mask of a frame of the WebSocket, bytes. RFC 6455 §5.2 */
const headBytesMax = 14

/** What a peer may leave unfinished before anything is said to it. */
export interface StrangerBounds {
  readonly firstFrameBytesMax: number
  readonly fragmentsMax: number
}

/**
 * A peer of a WebSocket to whom nothing was said yet. What it leaves unfinished is bounded more narrowly than for those who were let in.
 *
 * `ws` holds what came of a message until the message is complete, up to `maxPayload`, which is the same for a socket's whole life:
 * to change it later one would have to reach into private fields of its receiver. So the bytes are counted before it gets them.
 * What is counted besides, pings and the heads of fragments, has room enough.
 */
export class Stranger {
  private unfinishedBytes = 0
  private readonly unfinishedBytesMax: number
  private readonly count = (chunk: Buffer) => {
    this.unfinishedBytes += chunk.length
    if (this.unfinishedBytes > this.unfinishedBytesMax) this.unfinished()
  }

  /** `unfinished` is called for each read beyond the bound. */
  constructor(
    private readonly socket: Socket,
    { firstFrameBytesMax, fragmentsMax }: StrangerBounds,
    private readonly unfinished: () => void,
  ) {
    this.unfinishedBytesMax = firstFrameBytesMax + fragmentsMax * headBytesMax
    socket.prependListener('data', this.count)
  }

  /** A message is complete; what the same read brought behind it is not counted. */
  completed(): void {
    this.unfinishedBytes = 0
  }

  /** Whatever it sends is no longer looked at. */
  letIn(): void {
    this.socket.off('data', this.count)
  }
}
