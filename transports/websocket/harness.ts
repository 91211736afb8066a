import { once } from 'node:events'
import { inflateRawSync } from 'node:zlib'
import { WebSocket } from 'ws'
import { apply } from '../../codecs/delta/index.js'
import type { WireUpdate } from '../../codecs/protobuf/index.js'
import {
  decodeFromGateway,
  encodeAcknowledge,
  encodePublish,
  encodeRequest,
  subprotocol,
  versionOf,
} from '../../codecs/protobuf/index.js'
import type { ClientMessage, CloseReason } from '../../core/index.js'
import { closeReasons } from '../../core/index.js'
import { HttpListener, parseHttpOptions } from '../../net/index.js'
import type { Ear, Held } from '../../test/conformance/ear.js'
import type { HeardUpdate, Listening, TransportHarness, Wire } from '../../test/conformance/harness.js'
import { transport } from './index.js'

const valueBytesMax = 16_777_216

/** How the conformance suite dials a WebSocket: `ws` as the client, and the client's half of the codec. */
export const harness: TransportHarness = {
  serves: { streams: true, requests: false },
  time: 'real',
  exempt: {},
  create: async (gateway, messageBytesMax): Promise<Listening> => {
    const log = { info: () => undefined, warn: () => undefined }
    const http = new HttpListener(parseHttpOptions({ port: 0 }))
    const options = transport.parseOptions({ closeTimeoutMs: 2_000 })
    const running = transport.create(options, { gateway, http, log, messageBytesMax })
    await running.listen()
    const { port } = await http.listen()
    const wires: WebSocketWire[] = []
    return {
      dial: async (ear) => {
        const wire = await WebSocketWire.dial(`ws://127.0.0.1:${port}/ws`, ear)
        wires.push(wire)
        return wire
      },
      close: async () => {
        await running.close()
        for (const wire of wires) wire.leave()
        await http.close()
      },
    }
  },
}

/** A client's end of a WebSocket. It acknowledges each frame as it reads it; while it stalls it reads nothing. [PROTOCOL 5.3] */
class WebSocketWire implements Wire {
  private readonly unread: Uint8Array[] = []
  private receivedBytes = 0
  private isStalled = false
  private isCut = false

  private constructor(
    private readonly socket: WebSocket,
    private readonly ear: Ear,
  ) {
    socket.on('message', (data) => this.arrived(data))
    socket.on('error', () => socket.terminate())
    socket.on('close', (code) => this.ended(code))
  }

  static async dial(url: string, ear: Ear): Promise<WebSocketWire> {
    const socket = new WebSocket(url, subprotocol, { perMessageDeflate: false })
    const wire = new WebSocketWire(socket, ear)
    await once(socket, 'open')
    return wire
  }

  send(message: ClientMessage): void {
    this.write(encode(message, this.receivedBytes))
  }

  sendGarbage(): void {
    this.write(Uint8Array.of(0xff, 0xff, 0xff))
  }

  stall(): void {
    this.isStalled = true
    this.socket.pause()
  }

  unstall(): void {
    this.isStalled = false
    while (!this.isStalled && this.unread.length > 0) this.readOne()
    this.socket.resume()
  }

  cut(): void {
    this.isCut = true
    this.unread.length = 0
    this.socket.terminate()
    this.ear.closed('linkLost')
  }

  close(): void {
    this.socket.close(1000)
  }

  /** The case is over: nothing is heard any more. */
  leave(): void {
    if (this.socket.readyState === WebSocket.CLOSED) return
    this.isCut = true
    this.socket.terminate()
  }

  private write(frame: Uint8Array): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame)
  }

  private arrived(data: unknown): void {
    if (this.isCut || !Buffer.isBuffer(data)) return
    this.unread.push(Uint8Array.from(data))
    if (!this.isStalled) this.unstall()
  }

  private readOne(): void {
    const frame = this.unread.shift()
    if (!frame) return
    const outcome = decodeFromGateway(frame, {
      reply: (message) => this.ear.hear(message),
      update: (update) => this.hear(update),
      standing: (offset, held) => {
        this.ear.hear({ kind: 'position', position: { epoch: this.ear.position.epoch, offset, held } })
      },
    })
    if (outcome.kind === 'malformed') this.ear.puzzled(outcome.why)
    this.ear.frameHeard()
    this.receivedBytes += frame.length
    const { offset, held } = this.ear.position
    this.send({ kind: 'acknowledge', offset, held })
  }

  private hear(update: WireUpdate): void {
    const heard = applied(update, this.ear.held.get(update.topicId) ?? null)
    if (heard === null) this.ear.puzzled(`update of topic ${update.topicId} does not fit what is held [PROTOCOL 4.12]`)
    else this.ear.hear(heard)
  }

  private ended(code: number): void {
    if (!this.isCut) this.ear.closed(reasonOf(code))
  }
}

function encode(message: ClientMessage, receivedBytes: number): Uint8Array {
  if (message.kind === 'publish') return encodePublish(message)
  return message.kind === 'acknowledge' ? encodeAcknowledge(receivedBytes, message) : encodeRequest(message)
}

function reasonOf(code: number): CloseReason {
  const found = Object.entries(closeReasons).find(([, row]) => row.code === code)
  return isReason(found?.[0]) ? found[0] : 'linkLost'
}

const isReason = (name: string | undefined): name is CloseReason => name !== undefined && name in closeReasons

/** The update as an application would see it; null where it does not fit what is held. [PROTOCOL 4] */
function applied(update: WireUpdate, held: Held | null): HeardUpdate | null {
  const version = versionOf(update, held)
  const path = update.path ?? held?.path
  const value = contentOf(update, held)
  if (version === null || path === undefined || value === null) return null
  const { topicId, content, attributes } = update
  return {
    kind: 'update',
    topicId,
    path,
    value,
    type: update.type ?? held?.type ?? 'binary',
    offset: version.offset,
    timeMs: version.timeMs,
    attributes,
    hasValue: content === 'value' || content === 'delta',
    isSnapshot: update.snapshot,
    isRemoved: content === 'removed',
    isGap: update.gap,
    isDelta: content === 'delta',
  }
}

function contentOf({ content, bytes, deflated }: WireUpdate, held: Held | null): Uint8Array | null {
  if (content === 'value') return deflated ? Uint8Array.from(inflateRawSync(bytes)) : bytes.slice()
  if (content !== 'delta') return new Uint8Array(0)
  const result = held && apply(held.value, bytes, valueBytesMax)
  return result?.kind === 'value' ? result.value : null
}
