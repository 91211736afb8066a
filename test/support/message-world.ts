import type { GatewayOptions } from '../../core/index.js'
import { memoryGateway } from './memory-gateway.js'
import { MessagePeer } from './message-peer.js'

/** A gateway on simulated time, for clients that read messages. */
export function messageWorld(options: Partial<Omit<GatewayOptions, 'clock' | 'random'>> = {}) {
  const made = memoryGateway(options)
  const connect = (name: string, hello: Parameters<MessagePeer['connect']>[1] = {}) => {
    const peer = new MessagePeer(made.gateway).connect(name, hello)
    made.clock.advance(5)
    return peer
  }
  const pass = (ms = 5) => made.clock.advance(ms)
  return { ...made, connect, pass }
}
