import { StaticAccess } from '../auth/index.js'
import type { NotAuthenticated } from '../core/index.js'
import { defaultLimits, frameBytesMax, Gateway } from '../core/index.js'
import type { Transport, TransportServices } from '../net/index.js'
import { HttpListener, Repeats } from '../net/index.js'
import type { Log, Metrics, OpsServer } from '../ops/index.js'
import { createMetrics, Health, SystemTopics, serveOps } from '../ops/index.js'
import { addressFailure } from './address-failure.js'
import type { ChangedSettings, GatewayConfig, TransportModules } from './config/index.js'
import { changedSettings } from './config/index.js'
import type { DurableState } from './durable-state.js'
import { exposure } from './exposure.js'
import { Failure } from './failure.js'
import { processLimits } from './limits.js'
import { NodeClock } from './node-clock.js'
import { packageVersion } from './package-version.js'
import { RandomPool } from './random-pool.js'
import { accessWarnings } from './warnings.js'

/** What a gateway is made of, beside its configuration. */
export interface GatewayParts {
  readonly modules: TransportModules
  readonly log: Log
  /** Listens beyond loopback although nobody has to sign in. */
  readonly insecure: boolean
  /** Null: nothing outlives the process. */
  readonly durable?: DurableState | null
}

/** Where a gateway listens. */
export interface ListeningAt {
  /** One line for each listener: what it is, and where. */
  readonly lines: readonly string[]
  /** For clients with the SDK. */
  readonly url: string
  /** For operators. */
  readonly ops: string
}

/** One gateway with its listeners: built from a configuration, started once, ended once. */
export class GatewayRun {
  readonly gateway: Gateway
  readonly http: HttpListener
  private readonly health = new Health()
  private readonly access: StaticAccess
  private readonly transports: ReadonlyMap<string, Transport>
  private ops: OpsServer | null = null
  private metrics: Metrics | null = null
  private systemTopics: NodeJS.Timeout | undefined
  private config: GatewayConfig

  constructor(
    config: GatewayConfig,
    private readonly parts: GatewayParts,
  ) {
    this.config = config
    this.warn(config)
    this.access = new StaticAccess(config.access)
    this.http = new HttpListener(config.http)
    const { authenticator, authorizer } = this.access
    this.gateway = new Gateway({ ...this.gatewayOptions(), authenticator, authorizer })
    this.transports = this.createTransports()
  }

  /** Starts every listener. Fails as a whole: what listens by then is closed again. */
  async listen(): Promise<ListeningAt> {
    try {
      const lines: string[] = []
      for (const transport of this.transports.values()) lines.push(...(await transport.listen()))
      const ops = await this.listenForOperators()
      this.health.become('ready')
      this.tellSystemTopics()
      const url = lines.flatMap((line) => line.match(/^websocket (\S+)/)?.[1] ?? [])[0] ?? ''
      return { lines: [...lines, `ops ${ops}`], url, ops }
    } catch (error) {
      await this.close()
      throw await addressFailure(error, this.config)
    }
  }

  /** Lets every session have what it is owed, within bounds, then ends. */
  async drain(): Promise<void> {
    this.health.become('draining')
    await this.refuseNewcomers()
    await new Promise<void>((resolve) => this.gateway.drain(processLimits.drainGraceMs, resolve))
    await this.close()
  }

  /** Ends at once. Peers that do not answer the close of their link are cut after their transport's time for it. */
  async close(): Promise<void> {
    await this.refuseNewcomers()
    clearInterval(this.systemTopics)
    this.gateway.close()
    await this.http.close()
    await this.ops?.close()
    this.metrics?.close()
    await this.parts.durable?.close()
  }

  /**
   * Takes over what can change while running; answers with the changed settings of both kinds. Throws a `Failure`, and changes
   * nothing, where the new access would open the listeners as they are to everybody: new hosts hold after a restart, access at once.
   */
  reload(config: GatewayConfig): ChangedSettings {
    const exposed = this.parts.insecure ? null : exposure({ ...this.config, access: config.access })
    if (exposed !== null) throw new Failure(2, `until a restart, ${exposed}`)
    const changed = changedSettings(this.config.written, config.written)
    // Passwords in files may have changed without any setting having done so.
    this.access.replace(config.access)
    this.gateway.setRules(config.rules)
    this.parts.log.level = config.logLevel
    this.config = { ...this.config, written: config.written }
    this.warn(config)
    this.reloadTransports()
    return changed
  }

  /** Certificates in files may have changed without any setting having done so, too. */
  private reloadTransports(): void {
    const reloading = [['http', this.http] as const, ...this.transports]
    for (const [name, part] of reloading) {
      const problems = part.reload?.() ?? []
      if (problems.length > 0)
        this.parts.log.error(
          { transport: name, problems },
          'what was read again cannot be used; what was there before stays',
        )
    }
  }

  private warn({ access }: GatewayConfig): void {
    for (const warning of accessWarnings(access)) this.parts.log.warn({}, warning)
  }

  private gatewayOptions() {
    const { log } = this.parts
    const repeats = new Repeats(() => performance.now())
    const failed = (error: unknown, sessionId: string | null) => {
      const heldBack = repeats.admit(String(error))
      if (heldBack !== null)
        log.error({ err: error, sessionId, heldBack }, 'a rule was broken; the work at hand was given up')
    }
    const notAuthenticated = (result: NotAuthenticated, peer: string) => {
      // Once for each address and interval: whoever tries many names and passwords does not fill the log.
      const heldBack = repeats.admit(`${result.kind} ${peer}`)
      // The name in it is as long as the client made it.
      const why = result.why.slice(0, processLimits.whyCharactersMax)
      const text = result.kind === 'busy' ? 'a sign-in could not be checked' : 'a sign-in was refused'
      if (heldBack !== null) log.warn({ peer, why, heldBack }, text)
    }
    const { limits, rules } = this.config
    const pool = new RandomPool()
    const random = (count: number) => pool.take(count)
    const durable = this.parts.durable ? { durable: this.parts.durable.options } : {}
    return { clock: new NodeClock(), random, limits, rules, failed, notAuthenticated, ...durable }
  }

  private createTransports(): Map<string, Transport> {
    const services: TransportServices = {
      gateway: this.gateway,
      http: this.http,
      log: this.parts.log,
      frameBytesMax: frameBytesMax({ ...defaultLimits, ...this.config.limits }),
    }
    const created = [...this.parts.modules].map(([name, module]) => {
      return [name, module.create(this.config.transports.get(name), services)] as const
    })
    return new Map(created)
  }

  private async listenForOperators(): Promise<string> {
    const { host, port } = this.config.ops
    this.metrics = createMetrics({
      gateway: () => this.gateway.statistics(),
      http: () => this.http.counters(),
      transports: () => [...this.transports].map(([name, transport]) => [name, transport.counters?.() ?? {}]),
    })
    this.ops = await serveOps({ health: this.health, metrics: this.metrics }, host, port)
    return this.ops.url
  }

  private tellSystemTopics(): void {
    const { systemTopicsMs } = this.config.ops
    if (systemTopicsMs === 0) return
    const topics = new SystemTopics(this.gateway, packageVersion(), performance.now())
    topics.tell(performance.now())
    this.systemTopics = setInterval(() => topics.tell(performance.now()), systemTopicsMs).unref()
  }

  private async refuseNewcomers(): Promise<void> {
    await Promise.all([...this.transports.values()].map((transport) => transport.close()))
  }
}
