import type { ClientMessage, CloseReason, GatewayMessage } from '../../core/index.js'
import { HttpListener, parseHttpOptions } from '../../net/index.js'
import type { Ear } from '../../test/conformance/ear.js'
import type { Listening, TransportHarness, Wire } from '../../test/conformance/harness.js'
import type { MemoryTransport } from './index.js'
import { transport } from './index.js'
import type { ArrivedFrame, MemoryLink } from './pipe.js'

const anonymous = { name: 'anonymous', roles: [], rootPath: '', properties: {} }

/** As much as a new WebSocket's window, so that stalled readers stall at the same point. */
const windowBytes = 65_536

/** How the conformance suite dials a pipe. */
export const harness: TransportHarness = {
  serves: { streams: true, requests: true },
  time: 'simulated',
  exempt: {
    'what cannot be understood ends the link with malformedMessage [PROTOCOL 1.8]':
      'a pipe carries messages, not bytes: there is nothing to misread',
  },
  create: async (gateway, frameBytesMax): Promise<Listening> => {
    const log = { info: () => undefined, warn: () => undefined }
    const http = new HttpListener(parseHttpOptions({ port: 0 }))
    const running = transport.create(transport.parseOptions({}), { gateway, http, log, frameBytesMax })
    await running.listen()
    return {
      dial: async (ear) => new MemoryWire(running, ear),
      ask: (message) => asked(running, message),
      close: () => running.close(),
    }
  },
}

function asked(running: MemoryTransport, message: ClientMessage): Promise<GatewayMessage> {
  return new Promise((resolve) => running.request(anonymous, message, resolve))
}

/** The far end of a pipe: while it stalls, what arrives waits unread and occupies the window. */
class MemoryWire implements Wire {
  private readonly link: MemoryLink | null
  private unread: ArrivedFrame[] = []
  private isStalled = false

  constructor(
    running: MemoryTransport,
    private readonly ear: Ear,
  ) {
    const end = {
      arrived: (frame: ArrivedFrame) => this.arrived(frame),
      closed: (reason: CloseReason) => this.ear.closed(reason),
    }
    this.link = running.dial({ end, windowBytes, held: ear.held })
  }

  send(message: ClientMessage): void {
    this.link?.push(message)
  }

  stall(): void {
    this.isStalled = true
  }

  unstall(): void {
    this.isStalled = false
    while (!this.isStalled && this.unread.length > 0) this.readOne()
  }

  cut(): void {
    this.unread = []
    this.link?.cut()
  }

  close(): void {
    this.link?.cut()
  }

  private arrived(frame: ArrivedFrame): void {
    this.unread.push(frame)
    if (!this.isStalled) this.unstall()
  }

  private readOne(): void {
    const frame = this.unread.shift()
    if (!frame) return
    for (const item of frame.items) this.ear.hear(item)
    this.ear.frameHeard()
    this.link?.drain(frame.bytes)
  }
}
