import { netLimits } from './limits.js'
import { TokenBucket } from './token-bucket.js'

/** What a listener grants; the meanings stand in limits.ts. */
export interface AdmissionOptions {
  readonly connectionsMax: number
  readonly connectionsPerAddressMax: number
  readonly connectsPerSecond: number
  readonly connectsPerSecondPerAddress: number
  readonly connectBurst: number
  readonly connectBurstPerAddress: number
}

/** Why a connection is not taken: a row of `admissionRefusals`, and when to come back. */
export interface AdmissionRefusal {
  readonly reason: keyof typeof admissionRefusals
  readonly retryAfterS: number
}

/** 429: this peer asks too much. 503: all of them together do. */
export const admissionRefusals = {
  addressConnections: { status: 429, text: 'too many connections from your address' },
  addressRate: { status: 429, text: 'your address connects too often' },
  connections: { status: 503, text: 'the connection limit is reached' },
  rate: { status: 503, text: 'too many peers connect at once' },
  addresses: { status: 503, text: 'too many addresses connect at once' },
} as const

/** One address: how many connections it has, and how fast it may open more. */
interface Visitor {
  readonly network: string
  readonly bucket: TokenBucket
  connections: number
}

/** An admitted connection; handed back when it closes. */
export type Visit = Visitor

/**
 * Who may connect, counted by address and in total.
 *
 * Invariant: an address is remembered while it has connections or its bucket is not full again, and forgotten when there is need.
 */
export class Admission {
  readonly refused: Record<keyof typeof admissionRefusals, number> = {
    addressConnections: 0,
    addressRate: 0,
    connections: 0,
    rate: 0,
    addresses: 0,
  }
  private readonly visitors = new Map<string, Visitor>()
  private readonly bucket: TokenBucket
  private admitted = 0

  constructor(
    private readonly options: AdmissionOptions,
    nowMs: number,
  ) {
    this.bucket = new TokenBucket(options.connectsPerSecond, options.connectBurst, nowMs)
  }

  get connections(): number {
    return this.admitted
  }

  enter(network: string, nowMs: number): Visit | AdmissionRefusal {
    const visitor = this.visitorFrom(network, nowMs)
    if (visitor === null) return this.refuse('addresses', netLimits.retryAfterS)
    const { connectionsMax, connectionsPerAddressMax } = this.options
    if (visitor.connections >= connectionsPerAddressMax) return this.refuse('addressConnections', netLimits.retryAfterS)
    if (this.admitted >= connectionsMax) return this.refuse('connections', netLimits.retryAfterS)
    const addressWaitS = visitor.bucket.take(nowMs)
    if (addressWaitS > 0) return this.refuse('addressRate', addressWaitS)
    const waitS = this.bucket.take(nowMs)
    if (waitS > 0) return this.refuse('rate', waitS)
    visitor.connections++
    this.admitted++
    return visitor
  }

  leave(visit: Visit, nowMs: number): void {
    visit.connections--
    this.admitted--
    if (visit.connections === 0 && visit.bucket.isFull(nowMs)) this.visitors.delete(visit.network)
  }

  private refuse(reason: keyof typeof admissionRefusals, waitS: number): AdmissionRefusal {
    this.refused[reason]++
    return { reason, retryAfterS: Math.max(1, Math.ceil(waitS)) }
  }

  private visitorFrom(network: string, nowMs: number): Visitor | null {
    const known = this.visitors.get(network)
    if (known !== undefined) return known
    if (this.visitors.size >= netLimits.addressesMax) this.forgetIdle(nowMs)
    if (this.visitors.size >= netLimits.addressesMax) return null
    const { connectsPerSecondPerAddress, connectBurstPerAddress } = this.options
    const bucket = new TokenBucket(connectsPerSecondPerAddress, connectBurstPerAddress, nowMs)
    const visitor = { network, bucket, connections: 0 }
    this.visitors.set(network, visitor)
    return visitor
  }

  /** Looks at a few, and puts those that stay behind the others, so that no step is long and each comes round. */
  private forgetIdle(nowMs: number): void {
    const visitors = this.visitors.values()
    for (let looked = 0; looked < netLimits.addressesPerLook; looked++) {
      const { value: visitor, done } = visitors.next()
      if (done) return
      this.visitors.delete(visitor.network)
      const isIdle = visitor.connections === 0 && visitor.bucket.isFull(nowMs)
      if (!isIdle) this.visitors.set(visitor.network, visitor)
    }
  }
}
