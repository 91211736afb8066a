import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import type { Packet, PacketCmd } from 'mqtt-packet'
import { generate, parser } from 'mqtt-packet'

/** The protocol level: 4 is 3.1.1, 5 is 5.0. */
export type Version = 4 | 5

/** A packet of some kind, as it was read. */
export type PacketOf<Kind extends PacketCmd> = Extract<Packet, { cmd: Kind }>

/** A packet that came from the server. */
export interface Received {
  readonly packet: Packet
  /** All of it, the fixed header included. */
  readonly bytes: Buffer
}

/** So long a test waits for one packet or for the end of the connection, ms; far more than it takes, since machines can be busy. */
const patienceMs = 6_000

/**
 * An MQTT client that does exactly what it is told, right or wrong, and answers nothing by itself.
 *
 * What comes is taken in order: a test names each packet that must come, and any other fails it.
 */
export class RawClient {
  private bytes: Buffer = Buffer.alloc(0)
  private readonly packets: Received[] = []
  private readonly news = new EventEmitter()
  /** Whether the connection has ended. */
  isClosed = false

  constructor(
    readonly socket: Socket,
    readonly version: Version,
  ) {
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.came(chunk))
    socket.on('close', () => {
      this.isClosed = true
      this.news.emit('news')
    })
    socket.on('error', () => socket.destroy())
  }

  static async dial(port: number, version: Version): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawClient(socket, version)
  }

  /** Sends packets in one write. */
  send(...packets: readonly Packet[]): void {
    this.sendBytes(...packets.map((packet) => generate(packet, { protocolVersion: this.version })))
  }

  sendBytes(...bytes: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(bytes))
  }

  /** The next packet, which must be of this kind. */
  async expect<Kind extends PacketCmd>(kind: Kind): Promise<PacketOf<Kind>> {
    const packet = (await this.next(kind))?.packet
    if (!isOf(packet, kind)) throw new Error(`expected ${kind}, got ${JSON.stringify(packet ?? 'the end')}`)
    return packet
  }

  /** The bytes of the next packet, which must be of this kind. */
  async bytesOf(kind: PacketCmd): Promise<Buffer> {
    const received = await this.next(kind)
    if (!isOf(received?.packet, kind)) throw new Error(`expected ${kind}, got ${JSON.stringify(received ?? 'the end')}`)
    return received?.bytes ?? Buffer.alloc(0)
  }

  /** The next packet, which must be of this kind and stays the next. */
  async peek<Kind extends PacketCmd>(kind: Kind): Promise<PacketOf<Kind>> {
    await this.until(kind, () => this.packets.length > 0 || this.isClosed)
    const packet = this.packets[0]?.packet
    if (!isOf(packet, kind)) throw new Error(`expected ${kind}, got ${JSON.stringify(packet ?? 'the end')}`)
    return packet
  }

  /** The next packet of any kind; undefined when the connection ends before one. `what` says what for. */
  async next(what: string): Promise<Received | undefined> {
    await this.until(what, () => this.packets.length > 0 || this.isClosed)
    return this.packets.shift()
  }

  /** What still comes before the server ends the connection, which it must. */
  async closed(): Promise<Packet[]> {
    await this.until('the end of the connection', () => this.isClosed)
    return this.packets.splice(0).map(({ packet }) => packet)
  }

  /** Shows that the connection lives and that nothing else waits in it. */
  async ping(): Promise<void> {
    this.send({ cmd: 'pingreq' })
    await this.expect('pingresp')
  }

  /** Ends the connection as a broken network does. */
  break(): void {
    this.socket.destroy()
  }

  private came(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk])
    for (let length = packetBytes(this.bytes); length <= this.bytes.length; length = packetBytes(this.bytes)) {
      this.packets.push(read(this.bytes.subarray(0, length), this.version))
      this.bytes = this.bytes.subarray(length)
    }
    this.news.emit('news')
  }

  private async until(what: string, holds: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs)
    // The signal's timer does not keep the process alive, and a socket that has ended does not either.
    while (!holds() && !signal.aborted) {
      await Promise.race([once(this.news, 'news'), once(signal, 'abort')])
    }
    if (!holds()) throw new Error(`in vain awaited: ${what}`)
  }
}

function isOf<Kind extends PacketCmd>(packet: Packet | undefined, kind: Kind): packet is PacketOf<Kind> {
  return packet?.cmd === kind
}

/** The length of the packet that the bytes begin with; infinite while that cannot be told. */
function packetBytes(bytes: Uint8Array): number {
  let length = 0
  for (let at = 1; at < bytes.length && at <= 4; at++) {
    const byte = bytes[at] ?? 0
    length += (byte & 127) * 128 ** (at - 1)
    if (byte < 128) return at + 1 + length
  }
  return Number.POSITIVE_INFINITY
}

function read(bytes: Buffer, version: Version): Received {
  const packets: Packet[] = []
  const reader = parser({ protocolVersion: version })
  reader.on('packet', (packet) => packets.push(packet))
  reader.on('error', (error: Error) => {
    throw new Error(`the server sent ${bytes.toString('hex')}: ${error.message}`, { cause: error })
  })
  reader.parse(bytes)
  const [packet] = packets
  if (packet === undefined) throw new Error(`the server sent half a packet: ${bytes.toString('hex')}`)
  return { packet, bytes }
}
