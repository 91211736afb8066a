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
import type { ClientMessage, CloseReason, HeldTopic } from '../../core/index.js'
import { closeReasons } from '../../core/index.js'
import { HttpListener, parseHttpOptions } from '../../net/index.js'
import type { Ear, Held } from '../../test/conformance/ear.js'
import type { Heard, Listening, TransportHarness, Wire } from '../../test/conformance/harness.js'
import { transport } from './index.js'

const valueBytesMax = 16_777_216

/** How the conformance suite dials a WebSocket. */
export const harness: TransportHarness = {
  serves: { streams: true, requests: false },
  time: 'real',
  exempt: {},
  create: async (gateway, frameBytesMax): Promise<Listening> => {
    const log = { info: () => undefined, warn: () => undefined }
    const http = new HttpListener(parseHttpOptions({ port: 0 }))
    // A stalled peer does not answer a close, and nobody wants to wait for it.
    const options = transport.parseOptions({ closeTimeoutMs: 100 })
    const running = transport.create(options, { gateway, http, log, frameBytesMax })
    await running.listen()
    const { authority } = await http.listen()
    return {
      dial: (ear) => dial(`ws://${authority}/ws`, ear),
      close: async () => {
        await running.close()
        await http.close()
      },
    }
  },
}

async function dial(url: string, ear: Ear): Promise<Wire> {
  const socket = new WebSocket(url, subprotocol, { perMessageDeflate: false })
  const wire = new WebSocketWire(socket, ear)
  await once(socket, 'open')
  return wire
}

/** The client's end: it applies each frame that it reads, and acknowledges it at once. */
class WebSocketWire implements Wire {
  private unread: Buffer[] = []
  private isStalled = false
  private readBytes = 0

  constructor(
    private readonly socket: WebSocket,
    private readonly ear: Ear,
  ) {
    socket.on('message', (frame: Buffer) => this.arrived(frame))
    socket.on('error', () => socket.terminate())
    socket.on('close', (code) => this.closed(reasonOf(code)))
  }

  send(message: ClientMessage): void {
    if (message.kind === 'acknowledge') this.socket.send(encodeAcknowledge(this.readBytes, message))
    else if (message.kind === 'leave' || message.kind === 'authenticate')
      throw new Error('our own wire has no such message')
    else this.socket.send(message.kind === 'publish' ? encodePublish(message) : encodeRequest(message))
  }

  sendGarbage(): void {
    this.socket.send(Buffer.alloc(9, 0xff))
  }

  stall(): void {
    this.isStalled = true
    this.socket.pause()
  }

  unstall(): void {
    this.isStalled = false
    for (const frame of this.unread.splice(0)) this.read(frame)
    this.socket.resume()
  }

  cut(): void {
    this.unread = []
    this.socket.terminate()
  }

  close(): void {
    this.socket.close()
  }

  /** A paused socket still hands over what one read had brought. */
  private arrived(frame: Buffer): void {
    if (this.isStalled) this.unread.push(frame)
    else this.read(frame)
  }

  private closed(reason: CloseReason): void {
    this.unread = []
    this.ear.closed(reason)
  }

  private read(frame: Buffer): void {
    const decoded = decodeFromGateway(new Uint8Array(frame), {
      reply: (message) => this.ear.hear(message),
      update: (update) => this.hearUpdate(update),
      standing: (offset, held) => this.hearStanding(offset, held),
    })
    if (decoded.kind === 'malformed') this.ear.puzzled(decoded.why)
    this.ear.frameHeard()
    this.readBytes += frame.length
    const { offset, held } = this.ear.position
    this.send({ kind: 'acknowledge', offset, held })
  }

  private hearUpdate(update: WireUpdate): void {
    const heard = understood(update, this.ear.held.get(update.topicId) ?? null)
    if (typeof heard === 'string') this.ear.puzzled(heard)
    else this.ear.hear(heard)
  }

  private hearStanding(offset: number, held: readonly HeldTopic[]): void {
    this.ear.hear({ kind: 'position', position: { epoch: this.ear.position.epoch, offset, held } })
  }
}

/** The update as an application sees it, or why a client cannot understand it. [PROTOCOL 4.12] */
function understood(update: WireUpdate, held: Held | null): Heard | string {
  const { topicId, content, snapshot, gap, attributes } = update
  const version = versionOf(update, held)
  const path = update.path ?? held?.path
  const type = update.type ?? held?.type
  const value = newValue(update, held)
  if (path === undefined || version === null) return `topic ${topicId} is not known`
  if (value === null || (type === undefined && content !== 'removed')) return `the value of ${path} cannot be told`
  return {
    kind: 'update',
    topicId,
    path,
    value,
    type: type ?? 'binary',
    offset: version.offset,
    timeMs: version.timeMs,
    attributes,
    hasValue: content === 'value' || content === 'delta',
    isSnapshot: snapshot,
    isRemoved: content === 'removed',
    isGap: gap,
    isDelta: content === 'delta',
  }
}

/** Null: a delta that cannot be applied. */
function newValue({ content, bytes, deflated }: WireUpdate, held: Held | null): Uint8Array | null {
  if (content !== 'delta') return deflated ? new Uint8Array(inflateRawSync(bytes)) : bytes
  const applied = held === null ? null : apply(held.value, bytes, valueBytesMax)
  return applied?.kind === 'value' ? applied.value : null
}

function reasonOf(code: number): CloseReason {
  const names = Object.keys(closeReasons).filter((name): name is CloseReason => name in closeReasons)
  return names.find((name) => closeReasons[name].code === code) ?? 'linkLost'
}
