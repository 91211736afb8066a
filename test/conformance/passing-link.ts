import type {
  ClientMessage,
  CloseReason,
  Flush,
  Link,
  LinkOwner,
  Outcome,
  SessionNotes,
  Taken,
} from '../../core/index.js'
import type { GatewayDoor } from '../../net/transport-module.js'
import type { TransportHarness } from './harness.js'

/** A link that passes everything on, both ways: what a broken one overrides a method of. */
export class PassingLink implements Link, LinkOwner {
  protected owner: LinkOwner | null = null

  constructor(protected readonly link: Link) {}

  join(owner: LinkOwner): void {
    this.owner = owner
  }

  get traits() {
    return this.link.traits
  }

  get notes(): SessionNotes | Uint8Array | null {
    return this.owner?.notes ?? null
  }

  set notes(notes: SessionNotes | Uint8Array | null) {
    if (this.owner) this.owner.notes = notes
  }

  get roomItems(): number {
    return this.link.roomItems
  }

  get roomBytes(): number {
    return this.link.roomBytes
  }

  send(flush: Flush): Taken {
    return this.link.send(flush)
  }

  pause(): void {
    this.link.pause()
  }

  resume(): void {
    this.link.resume()
  }

  close(reason: CloseReason): void {
    this.link.close(reason)
  }

  received(message: ClientMessage, isInGo = false): void {
    this.owner?.received(message, isInGo)
  }

  heard(): void {
    this.owner?.heard()
  }

  writable(): void {
    this.owner?.writable()
  }

  settled(first: number, last: number, outcome: Outcome): void {
    this.owner?.settled(first, last, outcome)
  }

  goEnded(): void {
    this.owner?.goEnded()
  }

  stored(done: () => void): void {
    this.owner?.stored(done)
  }

  closed(reason: CloseReason): void {
    this.owner?.closed(reason)
  }
}

/** The same transport, each of whose links is broken in this way. */
export function brokenHarness(harness: TransportHarness, Broken: typeof PassingLink): TransportHarness {
  const broken = (gateway: GatewayDoor): GatewayDoor => ({
    clock: gateway.clock,
    epoch: gateway.epoch,
    answersWait: gateway.answersWait,
    attach: (link, medium, peer) => {
      const between = new Broken(link)
      between.join(gateway.attach(between, medium, peer))
      return between
    },
    identify: (credentials, answer) => gateway.identify(credentials, answer),
    request: (principal, message, reply) => gateway.request(principal, message, reply),
  })
  return { ...harness, create: (gateway, frameBytesMax) => harness.create(broken(gateway), frameBytesMax) }
}
