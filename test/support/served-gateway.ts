import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from 'mocha'
import { WebSocket } from 'ws'
import type { Session } from '../../sdk/index.js'
import { connect } from '../../sdk/index.js'
import { within } from './deadline.js'
import { builtCommand } from './docs/workspace.js'
import { needsPeer } from './peers.js'
import { RivuletProcess } from './rivulet-process.js'

/** How a gateway is started. */
export interface Served {
  /** As `--set` takes them: `key=value`. */
  readonly settings?: readonly string[]
  /** With a folder for what outlives the process. */
  readonly isDurable?: boolean
}

const freePorts = ['ops.port=0', 'transports.mqtt.port=0', 'log.level=warn']

/** The built gateway as its users start it, which can be killed and started again at the same address. */
export class ServedGateway {
  private readonly sessions: Session[] = []
  /** Of the HTTP listener. */
  port = 0

  private constructor(
    private process: RivuletProcess,
    private readonly settings: readonly string[],
    private readonly folder: string | null,
  ) {}

  static async start(context: Context, { settings = [], isDurable = false }: Served = {}): Promise<ServedGateway> {
    needsPeer(context, 'rivulet', 'is what is tested', builtCommand)
    const folder = isDurable ? mkdtempSync(join(tmpdir(), 'rivulet-served-')) : null
    const durable = folder === null ? [] : [`data.dir=${folder}`, 'data.commit=always']
    const all = [...freePorts, ...durable, ...settings]
    const gateway = new ServedGateway(serve([...all, 'http.port=0']), all, folder)
    await gateway.ready()
    return gateway
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** A stream of selectors, with further parameters. */
  streamUrl(selectors: readonly string[], more = ''): string {
    return `${this.origin}${streamPath(selectors, more)}`
  }

  /** The port of a listener that is announced by such a line, say `sse https:`. */
  async portOf(listener: string): Promise<number> {
    const [, port] = await within(listener, this.process.line(new RegExp(`^${listener}//[^/]+:(\\d+)/`)))
    return Number(port)
  }

  /** A client that publishes. It does not come back to a gateway that was started again: one asks for another. */
  async session(url = `ws://127.0.0.1:${this.port}/ws`): Promise<Session> {
    const session = await connect(url, { webSocket: WebSocket, reconnect: false })
    this.sessions.push(session)
    return session
  }

  /** As if the power failed. */
  async kill(): Promise<void> {
    await this.process.kill()
  }

  /** Another process with the same settings, port and folder. */
  async startAgain(): Promise<void> {
    this.process = serve([...this.settings, `http.port=${this.port}`])
    await this.ready()
  }

  /** Asks it to end, and waits until it has. */
  async drain(): Promise<void> {
    this.process.signal('SIGTERM')
    await within('the gateway to end', this.process.end())
  }

  async stop(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.close()))
    await this.process.kill()
    if (this.folder !== null) rmSync(this.folder, { recursive: true })
  }

  private async ready(): Promise<void> {
    this.port = await this.portOf('sse http:')
    await within('ready', this.process.line(/^ready$/))
  }
}

function serve(settings: readonly string[]): RivuletProcess {
  return new RivuletProcess(['serve', ...settings.flatMap((setting) => ['--set', setting])])
}

/** What is asked for to read selectors. */
export function streamPath(selectors: readonly string[], more = ''): string {
  const topics = selectors.map((selector) => `topic=${encodeURIComponent(selector)}`)
  return `/sse?${[...topics, ...(more === '' ? [] : [more])].join('&')}`
}
