import { Cable } from './cable.js'
import { Inbox } from './inbox.js'
import type { Client, Connect, Level, Peer, Publish, Subscribe } from './peer.js'
import { Refused, sessionExpiryDefault } from './peer.js'
import type { News } from './talking-program.js'
import { TalkingProgram } from './talking-program.js'

/** A library of another language, carried by a program that takes commands on stdin. */
export class ProgramPeer implements Peer {
  readonly transport = 'tcp'
  private readonly clients = new Map<string, ProgramClient>()
  private readonly program: TalkingProgram
  private clientsEver = 0

  constructor(
    library: string,
    readonly level: Level,
    command: readonly string[],
    readonly cannot: Peer['cannot'] = {},
  ) {
    this.program = new TalkingProgram(library, command, (news) => this.clients.get(news.client)?.told(news))
  }

  async connect({ url, trust, clean = true, sessionExpiry, ...options }: Connect): Promise<Client> {
    const { hostname, port } = new URL(url)
    const cable = await Cable.to(Number(port))
    this.clientsEver += 1
    const client = new ProgramClient(this.program, `client ${this.clientsEver}`, cable)
    this.clients.set(client.name, client)
    const asked = client.ask('connect', {
      host: hostname,
      port: cable.port,
      level: this.level,
      clean,
      sessionExpiry: sessionExpiry ?? (clean ? 0 : sessionExpiryDefault),
      ...(trust ? { tls: { authority: trust.authority, ...trust.identity } } : {}),
      ...options,
    })
    try {
      const { sessionPresent, refused } = await asked
      if (refused !== undefined) throw new Refused(refused)
      client.sessionPresent = sessionPresent
      return client
    } catch (error) {
      cable.cut()
      throw error
    }
  }

  stop(): Promise<void> {
    return this.program.stop()
  }
}

class ProgramClient implements Client {
  readonly received = new Inbox()
  sessionPresent: boolean | undefined
  private readonly closed: Promise<void>
  private close: (() => void) | undefined

  constructor(
    private readonly program: TalkingProgram,
    readonly name: string,
    private readonly cable: Cable,
  ) {
    this.closed = new Promise((resolve) => {
      this.close = resolve
    })
  }

  told(news: News): void {
    if (news.event === 'closed') this.close?.()
    else this.received.add({ ...news.message, payload: Buffer.from(news.message.payload, 'base64') })
  }

  ask(action: string, options: object = {}) {
    return this.program.ask({ action, client: this.name, ...options })
  }

  async subscribe(subscribe: Subscribe): Promise<number> {
    const { reason = 0 } = await this.ask('subscribe', subscribe)
    return reason
  }

  async publish({ payload, retain = false, ...rest }: Publish): Promise<number> {
    const encoded = Buffer.from(payload).toString('base64')
    const { reason = 0 } = await this.ask('publish', { payload: encoded, retain, ...rest })
    return reason
  }

  async disconnect(): Promise<void> {
    await this.ask('disconnect')
    await this.cable.end()
  }

  async kill(): Promise<void> {
    this.cable.cut()
    await this.closed
  }
}
