import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'

/** One WebSocket frame as it came. */
export interface RawFrame {
  readonly opcode: number
  readonly payload: Buffer
}

/** What is unusual about a frame that a test sends. */
export interface FrameShape {
  readonly opcode?: number
  readonly isFinal?: boolean
  readonly isMasked?: boolean
  readonly reserved?: number
  /** Claims this length, whatever follows. */
  readonly claimedBytes?: number
}

/** A client's frame, well-formed unless asked otherwise. RFC 6455 §5.2 */
export function clientFrame(payload: Uint8Array, shape: FrameShape = {}): Buffer {
  const { opcode = 2, isFinal = true, isMasked = true, reserved = 0, claimedBytes = payload.length } = shape
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode
  const mask = isMasked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0)
  const body = isMasked ? payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : payload
  return Buffer.concat([Buffer.from([first]), lengthField(claimedBytes, isMasked), mask, body])
}

function lengthField(bytes: number, isMasked: boolean): Buffer {
  const maskBit = isMasked ? 0x80 : 0
  if (bytes < 126) return Buffer.from([maskBit | bytes])
  if (bytes < 65_536) return Buffer.from([maskBit | 126, bytes >> 8, bytes & 255])
  const field = Buffer.alloc(9, maskBit | 127)
  field.writeBigUInt64BE(BigInt(bytes), 1)
  return field
}

/** A WebSocket client that does exactly what it is told, right or wrong, and answers nothing by itself. */
export class RawWebSocket {
  private bytes: Buffer = Buffer.alloc(0)
  private readonly news = new EventEmitter()
  private readonly ended: Promise<unknown>

  private constructor(readonly socket: Socket) {
    this.ended = once(socket, 'close')
    socket.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk])
      this.news.emit('news')
    })
    socket.on('close', () => this.news.emit('news'))
    socket.on('error', () => socket.destroy())
  }

  static async dial(port: number, path = '/ws', protocol = 'rivulet.v1'): Promise<RawWebSocket> {
    const peer = new RawWebSocket(connect(port, '127.0.0.1'))
    peer.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${Buffer.alloc(16, 7).toString('base64')}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    )
    const head = await peer.upTo((bytes) => bytes.indexOf('\r\n\r\n') + 4, 4)
    if (!head.includes(' 101 ')) throw new Error(`not upgraded: ${head}`)
    return peer
  }

  write(...chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) this.socket.write(chunk)
  }

  /** The next frame that the gateway sends. */
  async next(): Promise<RawFrame> {
    const frame = await this.upTo(frameBytes, 2)
    const start = headerBytes(frame)
    return { opcode: (frame[0] ?? 0) & 15, payload: frame.subarray(start) }
  }

  /** The code of the close that the gateway sends next. */
  async closeCode(): Promise<number> {
    const { opcode, payload } = await this.next()
    if (opcode !== 8) throw new Error(`expected a close, got opcode ${opcode}`)
    return payload.readUInt16BE(0)
  }

  /** Resolves when the connection is gone. */
  async gone(): Promise<void> {
    this.socket.resume()
    await this.ended
  }

  /** Takes bytes from the front, as many as `wanted` says once there are at least `least`. */
  private async upTo(wanted: (bytes: Buffer) => number, least: number): Promise<Buffer> {
    while (this.bytes.length < least || this.bytes.length < wanted(this.bytes) || wanted(this.bytes) < least)
      await this.more()
    const taken = this.bytes.subarray(0, wanted(this.bytes))
    this.bytes = this.bytes.subarray(taken.length)
    return taken
  }

  private async more(): Promise<void> {
    if (this.socket.closed) throw new Error('the connection ended')
    await once(this.news, 'news')
  }
}

function headerBytes(frame: Buffer): number {
  const length = (frame[1] ?? 0) & 127
  if (length < 126) return 2
  return length === 126 ? 4 : 10
}

function frameBytes(frame: Buffer): number {
  const start = headerBytes(frame)
  if (frame.length < start) return start
  const short = (frame[1] ?? 0) & 127
  if (start === 2) return start + short
  return start + (start === 4 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2)))
}
