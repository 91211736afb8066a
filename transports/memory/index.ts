import { z } from 'zod'
import type { ClientMessage, GatewayMessage, Principal } from '../../core/index.js'
import type { Transport, TransportModule, TransportServices } from '../../net/index.js'
import { readOptions } from '../../net/index.js'
import type { HeldCopy, PipeEnd } from './pipe.js'
import { MemoryLink } from './pipe.js'

/** The section `transports.memory` of the configuration: there is nothing to choose. */
export type MemoryOptions = Readonly<Record<string, never>>

const schema = z.strictObject({})

/** How a client comes to a pipe. */
export interface Dial {
  readonly end: PipeEnd
  /** Bytes that may be on their way to the client, unread. */
  readonly windowBytes: number
  /** What the client kept from an earlier link of the same epoch, by topic id. */
  readonly held: ReadonlyMap<number, HeldCopy>
}

/** Links without a medium, for clients in the same process. It listens nowhere: who has the transport may dial. */
export class MemoryTransport implements Transport {
  private isClosing = false

  constructor(private readonly services: TransportServices) {}

  async listen(): Promise<readonly string[]> {
    return []
  }

  async close(): Promise<void> {
    this.isClosing = true
  }

  /** Opens a link, whose first message must be a hello; null once the transport is closed. */
  dial({ end, windowBytes, held }: Dial): MemoryLink | null {
    if (this.isClosing) return null
    const link = new MemoryLink(end, windowBytes, held)
    link.join(this.services.gateway.attach(link, 'memory', 'memory'))
    return link
  }

  /** Asks one thing without a session. */
  request(principal: Principal, message: ClientMessage, reply: (message: GatewayMessage) => void): void {
    this.services.gateway.request(principal, message, reply)
  }
}

/** The reference to copy for a new transport. */
export const transport = {
  parseOptions: (section: unknown): MemoryOptions => readOptions(schema, section),
  create: (_options: MemoryOptions, services: TransportServices) => new MemoryTransport(services),
} satisfies TransportModule<MemoryOptions>
