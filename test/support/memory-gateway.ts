import type { GatewayOptions, Hello } from '../../core/index.js'
import { Gateway } from '../../core/index.js'
import { MemoryPeer } from './memory-peer.js'
import { Random } from './random.js'
import { SimulatedClock } from './simulated-clock.js'

/** A gateway on simulated time, from one seed, for peers on memory links; its failures are at hand. */
export function memoryGateway(
  options: Partial<Omit<GatewayOptions, 'clock' | 'random'>> = {},
  clock = new SimulatedClock(),
  seed = 1,
) {
  const random = new Random(seed)
  const failures: unknown[] = []
  const gateway = new Gateway({
    clock,
    random: (count) => random.bytes(count),
    failed: (error) => failures.push(error),
    ...options,
  })
  /** A client that has been welcomed. */
  const peer = (hello: Partial<Hello> = {}, windowBytes?: number) => {
    const client = new MemoryPeer(gateway).connect(hello, windowBytes)
    clock.advance(5)
    return client
  }
  return { clock, gateway, peer, failures }
}
