import type { Socket } from 'node:net'
import type { Outgoing } from '../../net/index.js'
import { frameHeaderBytes, writeFrameHeader } from '../../net/index.js'

/** Packets of so many bytes are copied behind the header of their frame; longer ones are a second piece of the write. */
const copiedBytesMax = 16_384

/** Puts packets into frames of WebSockets. One for all links, so that those who are sent the same bytes share the frame. */
export class WebSocketFrames {
  private bytes: Uint8Array | null = null
  private frame: Uint8Array = new Uint8Array(0)

  constructor(private readonly outgoing: Outgoing) {}

  /** Writes bytes as one frame, with those of `tail` behind them from where they lie; returns its length. */
  write(socket: Socket, bytes: Uint8Array, tail: Uint8Array | null = null): number {
    if (tail) return this.writeBoth(socket, bytes, tail)
    const header = frameHeaderBytes(bytes.length)
    if (bytes.length <= copiedBytesMax) this.outgoing.write(socket, this.shared(bytes, header), null)
    else this.outgoing.write(socket, headerOf(bytes, header), bytes)
    return header + bytes.length
  }

  /** What waits is written now, before whatever else is said to a socket. */
  flush(): void {
    this.outgoing.flush()
  }

  private writeBoth(socket: Socket, head: Uint8Array, tail: Uint8Array): number {
    const length = head.length + tail.length
    const header = frameHeaderBytes(length)
    const front = Buffer.allocUnsafe(header + head.length)
    writeFrameHeader(front, header, length)
    front.set(head, header)
    this.outgoing.write(socket, front, tail)
    return header + length
  }

  private shared(bytes: Uint8Array, header: number): Uint8Array {
    if (bytes === this.bytes) return this.frame
    const frame = Buffer.allocUnsafe(header + bytes.length)
    writeFrameHeader(frame, header, bytes.length)
    frame.set(bytes, header)
    this.bytes = bytes
    this.frame = frame
    return frame
  }
}

function headerOf(bytes: Uint8Array, header: number): Uint8Array {
  const frame = Buffer.allocUnsafe(header)
  writeFrameHeader(frame, header, bytes.length)
  return frame
}
