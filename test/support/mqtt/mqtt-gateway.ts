import assert from 'node:assert/strict'
import { connect } from 'node:net'
import type { GatewayOptions } from '../../../core/index.js'
import { defaultLimits, frameBytesMax, Gateway } from '../../../core/index.js'
import type { Transport } from '../../../net/index.js'
import { HttpListener, parseHttpOptions } from '../../../net/index.js'
import { transport } from '../../../transports/mqtt/index.js'
import type { CaseTime } from '../../conformance/time.js'
import { timeOf } from '../../conformance/time.js'
import { publication } from '../memory-peer.js'
import { Random } from '../random.js'
import type { ConnectOptions } from './client.js'
import { Client, codeOf } from './client.js'
import type { Version } from './raw-client.js'

/** What a test chooses. */
export interface MqttSettings {
  /** The section `transports.mqtt`. */
  readonly mqtt?: object
  readonly gateway?: Partial<GatewayOptions>
}

/** A line of the log. */
export interface Noted {
  readonly text: string
  readonly why?: unknown
  readonly clientId?: unknown
}

const clerk = { name: 'clerk', roles: [], rootPath: '', properties: {} }

/** A whole gateway behind the MQTT transport on a free port, whose time a test can let pass. */
export class MqttGateway {
  private readonly clients: Client[] = []

  private constructor(
    readonly gateway: Gateway,
    private readonly running: { readonly transport: Transport; readonly http: HttpListener },
    readonly time: CaseTime,
    readonly port: number,
    private readonly said: { readonly failures: readonly unknown[]; readonly noted: readonly Noted[] },
  ) {}

  static async start({ mqtt = {}, gateway: more = {} }: MqttSettings = {}): Promise<MqttGateway> {
    const time = timeOf({ time: 'real' })
    const random = new Random(7)
    const failures: unknown[] = []
    const noted: Noted[] = []
    const failed = (error: unknown) => failures.push(error)
    const gateway = new Gateway({ clock: time, random: (count) => random.bytes(count), failed, ...more })
    const bytesMax = frameBytesMax({ ...defaultLimits, ...more.limits })
    const http = new HttpListener(parseHttpOptions({ port: 0 }))
    const running = transport.create(transport.parseOptions({ port: 0, ...mqtt }), {
      gateway,
      http,
      log: { info: () => undefined, warn: (fields, text) => noted.push({ text, ...fields }) },
      frameBytesMax: bytesMax,
    })
    const [line = ''] = await running.listen()
    const port = Number(new URL(line.split(' ')[1] ?? '').port)
    return new MqttGateway(gateway, { transport: running, http }, time, port, { failures, noted })
  }

  /** What core called its own mistake. */
  get failures(): readonly unknown[] {
    return this.said.failures
  }

  /** What an operator was told. */
  get noted(): readonly Noted[] {
    return this.said.noted
  }

  get transport(): Transport {
    return this.running.transport
  }

  /** A connection that has said nothing yet. */
  async dial(version: Version = 5): Promise<Client> {
    const socket = connect(this.port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    const client = new Client(socket, version)
    this.clients.push(client)
    return client
  }

  /** A client that was let in. */
  async client(clientId: string, options: ConnectOptions & { readonly version?: Version } = {}): Promise<Client> {
    const { version = 5, ...said } = options
    const client = await this.dial(version)
    assert.equal(codeOf(await client.open({ clientId, ...said })), 0)
    return client
  }

  /** Publishes from inside the gateway, past the transport. */
  publish(path: string, value: string | Uint8Array, more: Parameters<typeof publication>[2] = {}): void {
    this.gateway.request(clerk, publication(path, value, { sequence: 1, ...more }), ({ kind }) =>
      assert.equal(kind, 'accepted'),
    )
  }

  /** Ends everything; core must have made no mistake. */
  async stop(): Promise<void> {
    for (const client of this.clients) client.break()
    this.gateway.drain(0, () => undefined)
    await this.running.transport.close()
    await this.running.http.close()
    assert.deepEqual(this.failures, [])
  }
}
