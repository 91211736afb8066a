import { frameBytesMax, Gateway } from '../../../core/index.js'
import { HttpListener, parseHttpOptions } from '../../../net/index.js'
import { transport } from '../../../transports/mqtt/index.js'
import { LeapingTime } from '../../conformance/time.js'
import { Random } from '../random.js'
import { BrokerAccess } from './broker-access.js'

/** The server under test. */
export interface Broker {
  readonly port: number
  /** Where `/mqtt` is a WebSocket. */
  readonly webSocketPort: number
  /** What the gateway says itself, below `$SYS`. */
  announce(topic: string, text: string): void
  /** Lets so much time pass for the server. */
  pass(ms: number): Promise<void>
  /** Ends it; throws when it made a mistake of its own. */
  stop(): Promise<void>
}

/** What a suite wants other than the defaults. */
export interface BrokerSettings {
  /** The longest keep-alive that the server agrees to, s. */
  readonly keepAliveMaxSeconds?: number
}

/** Fewer than the standard allows, so that a test can exceed it. */
const receiveMax = 200

const log = { info: () => undefined, warn: () => undefined }

/** Starts a gateway with nothing but MQTT in this process, over real sockets and with time that leaps; see `BrokerAccess` for who may do what. */
export async function startBroker({ keepAliveMaxSeconds = 0 }: BrokerSettings): Promise<Broker> {
  const time = new LeapingTime()
  const random = new Random(7)
  const access = new BrokerAccess()
  const faults: unknown[] = []
  const gateway = new Gateway({
    clock: time,
    random: (count) => random.bytes(count),
    authenticator: access,
    authorizer: access,
    failed: (error) => faults.push(error),
  })
  const http = new HttpListener(parseHttpOptions({ port: 0 }))
  const options = transport.parseOptions({ port: 0, receiveMax, keepAliveMax: keepAliveMaxSeconds })
  const running = transport.create(options, { gateway, http, log, frameBytesMax: frameBytesMax(gateway.limits) })
  const [line = ''] = await running.listen()
  const { authority } = await http.listen()
  return {
    port: portOf(line),
    webSocketPort: portOf(authority),
    announce: (topic, text) => gateway.announce(topic, text),
    pass: (ms) => time.pass(ms),
    stop: async () => {
      gateway.drain(0, () => undefined)
      await running.close()
      await http.close()
      if (faults.length > 0) throw new AggregateError(faults, 'the gateway made mistakes of its own')
    },
  }
}

/** The number behind the last colon. */
const portOf = (address: string): number => Number(address.split(':').at(-1))
