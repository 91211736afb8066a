import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { suiteSetup, suiteTeardown, test } from 'mocha'
import type { IPublishPacket } from 'mqtt-packet'
import type { Broker, BrokerSettings } from './broker.js'
import { startBroker } from './broker.js'
import type { ConnectOptions } from './client.js'
import { Client, codeOf } from './client.js'
import type { Version } from './raw-client.js'

/** What a test works with: a server that others use too, and clients, topics and names of its own. */
export class Case {
  private readonly clients: Client[] = []

  constructor(
    readonly broker: Broker,
    readonly version: Version,
    /** Tells this case from all others at the same server; letters and digits. */
    readonly name: string,
  ) {}

  /** A topic, or filter, that no other case uses. */
  topic(rest: string): string {
    return `${this.name}/${rest}`
  }

  /** A connection that has said nothing yet. */
  async dial(): Promise<Client> {
    const socket = connect(this.broker.port, '127.0.0.1')
    await once(socket, 'connect')
    const client = new Client(socket, this.version)
    this.clients.push(client)
    return client
  }

  /** A client that the server has taken; `id` is unique within the case. */
  async connect(id: string, options: ConnectOptions = {}): Promise<Client> {
    const client = await this.dial()
    assert.equal(codeOf(await client.open({ clientId: this.name + id, ...options })), 0)
    return client
  }

  /** A client whose session outlives its connection; whether there was one already. */
  async resume(id: string, options: ConnectOptions = {}): Promise<{ client: Client; wasThere: boolean }> {
    const client = await this.dial()
    const connack = await client.open({ clientId: this.name + id, clean: false, ...this.lasting(), ...options })
    assert.equal(codeOf(connack), 0)
    return { client, wasThere: connack.sessionPresent }
  }

  /** What 5.0 must say for a session that is kept, as 3.1.1 keeps it by itself. */
  lasting(): ConnectOptions {
    return this.version === 5 ? { properties: { sessionExpiryInterval: 600 } } : {}
  }

  /** Subscribes a client to a topic of its own, which `isQuiet` does by itself where nothing can come in between. */
  async fence(client: Client): Promise<void> {
    client.fence = `fence/${this.name}/${this.clients.indexOf(client)}`
    await client.subscribe(client.fence)
  }

  /**
   * Shows that nothing waits for a client: what is published now comes next. `early` takes what comes before, where that is
   * what a test wants to know.
   */
  async isQuiet(client: Client, early?: (publish: IPublishPacket) => void): Promise<void> {
    if (client.fence === undefined) await this.fence(client)
    const topic = client.fence ?? ''
    const other = await this.connect(`fence${this.clients.length}`)
    await other.publish(topic, 'fence', { qos: 1 })
    let publish = await client.take()
    for (; early && publish.topic !== topic; publish = await client.take()) early(publish)
    assert.equal(publish.topic, topic)
    await other.leave()
  }

  /** Shows that each of these packets ends the connection that it comes on; 5.0 may say why. */
  async endsEach(...wrong: readonly Uint8Array[]): Promise<void> {
    for (const bytes of wrong) {
      const client = await this.connect('wrong')
      client.sendBytes(bytes)
      const answers = await client.closed()
      assert.ok(answers.every((answer) => answer.cmd === 'disconnect' && (answer.reasonCode ?? 0) >= 0x80))
    }
  }

  end(): void {
    for (const client of this.clients) client.break()
  }
}

/** What a test does. */
export type Check = (it: Case) => Promise<void>

const standards = { 4: '3.1.1', 5: '5.0' } as const

/** Defines tests that share one server: for both versions of the protocol, or for one. */
export interface Cases {
  both(title: string, check: Check): void
  only(version: Version, title: string, check: Check): void
}

/** So long one test may take, ms; some let seconds pass. */
const caseMs = 15_000

/**
 * To be called in a suite: starts a server before its tests and stops it after them. The tests that the result defines share it, and
 * their titles end with the standard: '… (5.0)'.
 */
export function cases(settings: BrokerSettings = {}): Cases {
  const brokers: Broker[] = []
  // A server that runs already remembers what earlier runs did.
  const tag = randomBytes(3).toString('hex')
  let defined = 0

  suiteSetup(async () => {
    brokers.push(await startBroker(settings))
  })
  suiteTeardown(async () => {
    for (const broker of brokers) await broker.stop()
  })

  const only = (version: Version, title: string, check: Check): void => {
    const name = `${tag}c${++defined}v${version}`
    test(`${title} (${standards[version]})`, async function () {
      this.timeout(caseMs)
      const [broker] = brokers
      assert.ok(broker)
      const it = new Case(broker, version, name)
      try {
        await check(it)
      } finally {
        it.end()
      }
    })
  }
  const both = (title: string, check: Check): void => {
    only(4, title, check)
    only(5, title, check)
  }
  return { both, only }
}
