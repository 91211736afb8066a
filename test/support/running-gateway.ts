/** A gateway in this process, over real sockets, and clients whose connections can be broken. */
import { WebSocket } from 'ws'
import type { Tree } from '../../cli/config/index.js'
import type { RunningGateway } from '../../cli/index.js'
import { startGateway } from '../../cli/index.js'
import type { ConnectOptions, Session, SessionState, Subscription, Update } from '../../sdk/index.js'
import { connect } from '../../sdk/index.js'

/** The sockets of a client, and a way to break them. */
export class Network {
  readonly sockets: WebSocket[] = []
  receivedBytes = 0
  readonly webSocket: NonNullable<ConnectOptions['webSocket']>

  constructor() {
    const network = this
    this.webSocket = class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        network.sockets.push(this)
        this.on('message', (data) => {
          if (data instanceof ArrayBuffer) network.receivedBytes += data.byteLength
        })
      }
    }
  }

  /** As if the cable were pulled: no goodbye, in neither direction. */
  cut(): void {
    this.sockets.at(-1)?.terminate()
  }
}

/** Resolves with the first state of a kind. */
export function reached<Kind extends SessionState['kind']>(session: Session, kind: Kind): Promise<SessionState> {
  return new Promise((resolve) => {
    const stop = session.on('state', (state) => {
      if (state.kind !== kind) return
      stop()
      resolve(state)
    })
  })
}

/** Resolves when an update is told that fulfils the condition. */
export function told(subscription: Subscription, isIt: (update: Update) => boolean): Promise<Update> {
  return new Promise((resolve) => {
    const stop = subscription.on('update', (update) => {
      if (!isIt(update)) return
      stop()
      resolve(update)
    })
  })
}

const settings = { http: { port: 0 }, ops: { port: 0 }, transports: { mqtt: { port: 0 } }, log: { level: 'silent' } }

/** One gateway, and the sessions that a test opens with it. */
export class Place {
  private readonly sessions: Session[] = []

  private constructor(private gateway: RunningGateway) {}

  /** `rules` are those of topics. */
  static async open(rules: readonly Tree[] = []): Promise<Place> {
    return new Place(await startGateway({ settings: { ...settings, topics: { rules } } }))
  }

  get url(): string {
    return this.gateway.url
  }

  /** For devices. */
  get mqttUrl(): string {
    return this.gateway.listeners.flatMap((line) => line.match(/\bmqtt:\S+/) ?? [])[0] ?? ''
  }

  async session(options: ConnectOptions = {}): Promise<Session> {
    const session = await connect(this.url, options)
    this.sessions.push(session)
    return session
  }

  /** Lets everybody go. */
  async drain(): Promise<void> {
    await this.gateway.drain()
  }

  /** Another gateway at the same address, which knows nothing. */
  async startAgain(): Promise<void> {
    const port = Number(new URL(this.url).port)
    this.gateway = await startGateway({ settings: { ...settings, http: { port } } })
  }

  async close(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.close()))
    await this.gateway.close()
  }
}
