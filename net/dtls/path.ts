import { dtlsLimits } from './limits.js'

/** Where a peer is. */
export interface PeerAddress {
  readonly address: string
  readonly port: number
}

/** The way to a peer, and how much may go there before it is proven that the peer hears it there. */
export class PeerPath {
  /** Bytes that may still go there; null: it is proven. */
  private budget: number | null = null

  constructor(
    private at: PeerAddress,
    readonly mtu: number,
    private readonly sendTo: (datagram: Buffer, to: PeerAddress) => void,
  ) {}

  get address(): PeerAddress {
    return this.at
  }

  get isProven(): boolean {
    return this.budget === null
  }

  /** The peer speaks from elsewhere. */
  move(to: PeerAddress): void {
    this.at = to
    this.budget = 0
  }

  /** So many bytes came from there. */
  heard(bytes: number): void {
    if (this.budget !== null) this.budget += dtlsLimits.unprovenFactor * bytes
  }

  confirm(): void {
    this.budget = null
  }

  /** Takes so many bytes off what may go there; false: it is too much. */
  mayTake(bytes: number): boolean {
    if (this.budget === null) return true
    if (this.budget < bytes) return false
    this.budget -= bytes
    return true
  }

  transmit(datagram: Buffer): void {
    this.sendTo(datagram, this.at)
  }
}
