/** mosquitto_pub and mosquitto_sub, told everything by arguments: a client is one mosquitto_sub, and one mosquitto_pub a publish. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { within } from '../support/deadline.js'
import { Inbox } from './inbox.js'
import { MosquittoSub } from './mosquitto-sub.js'
import type { Cannot, Client, Connect, Level, Peer, Publish, Subscribe } from './peer.js'
import { sessionExpiryDefault } from './peer.js'

/** Paths of the programs. */
export interface Programs {
  readonly publish: string
  readonly subscribe: string
  /** Makes mosquitto_sub write each line at once; into a pipe it would keep them until a buffer is full. */
  readonly stdbuf: string
}

/** The command line clients of mosquitto. */
export class MosquittoClients implements Peer {
  readonly transport = 'tcp'
  readonly cannot: Cannot

  constructor(
    readonly level: Level,
    private readonly programs: Programs,
  ) {
    const mqtt5 = { 'a goodbye without the will': 'mosquitto_sub ends with reason 0x04, which asks for its will' }
    this.cannot = { 'the session-present flag': 'mosquitto_sub does not print it', ...(level === 5 ? mqtt5 : {}) }
  }

  async connect(connect: Connect): Promise<Client> {
    const client = new MosquittoClient(this.level, this.programs, connect)
    await client.listen()
    return client
  }

  async stop(): Promise<void> {
    // Nothing outlives its clients.
  }
}

class MosquittoClient implements Client {
  readonly received = new Inbox()
  readonly sessionPresent = undefined
  private listener: MosquittoSub | undefined
  private readonly filters: string[] = []
  /** Publishes leave one after the other, though each is a process. */
  private published: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly level: Level,
    private readonly programs: Programs,
    private readonly connect: Connect,
  ) {}

  /** Starts mosquitto_sub anew with all filters so far; until there is one, with a topic of which nobody speaks. */
  async listen({ qos, subscriptionIdentifier }: Partial<Subscribe> = {}): Promise<number> {
    await this.listener?.end('SIGTERM')
    const filters = this.filters.length > 0 ? this.filters : ['unspoken']
    const identifier = subscriptionIdentifier === undefined ? [] : [`${subscriptionIdentifier}`]
    this.listener = new MosquittoSub(
      [this.programs.stdbuf, '-oL', this.programs.subscribe],
      [
        ...connection(this.level, this.connect),
        ...sessionOptions(this.level, this.connect),
        ...['-q', `${qos ?? 0}`, ...filters.flatMap((filter) => ['-t', filter])],
        ...identifier.flatMap((each) => ['-D', 'subscribe', 'subscription-identifier', each]),
      ],
      this.received,
    )
    const granted = await this.listener.subscribed()
    return granted.at(-1) ?? 0
  }

  subscribe(subscribe: Subscribe): Promise<number> {
    this.filters.push(subscribe.filter)
    return this.listen(subscribe)
  }

  publish(publish: Publish): Promise<number> {
    const done = this.published.then(() => this.publishOne(publish))
    // The next waits for this one, however it ends; whoever asked for it hears of its end.
    this.published = done.catch(() => undefined)
    return done
  }

  async disconnect(): Promise<void> {
    await this.listener?.end('SIGTERM')
  }

  async kill(): Promise<void> {
    await this.listener?.end('SIGKILL')
  }

  private async publishOne(publish: Publish): Promise<number> {
    const { topic, payload, qos, retain = false } = publish
    const options = [
      ...connection(this.level, this.connect),
      ...['-t', topic, '-q', `${qos}`, payload.length > 0 ? '-s' : '-n'],
      ...(retain ? ['-r'] : []),
      ...properties(publish),
    ]
    const child = spawn(this.programs.publish, options)
    const ended = once(child, 'close')
    // Without a payload it does not read, and may be gone before the first byte.
    if (payload.length > 0) child.stdin.end(payload)
    const complaints = text(child.stderr)
    await within('mosquitto_pub to end', ended)
    return reasonIn(await complaints, child.exitCode)
  }
}

/** mosquitto_pub gives the answer to a publish in words, and ends with 0 all the same. */
function reasonIn(complaints: string, exitCode: number | null): number {
  if (complaints.includes('failed: Not authorized')) return 0x87
  if (exitCode === 0 && complaints === '') return 0
  throw new Error(`mosquitto_pub ended with ${exitCode}: ${complaints}`)
}

function connection(level: Level, { url, user, trust }: Connect): string[] {
  const { hostname, port } = new URL(url)
  return [
    ...['-h', hostname, '-p', port, '-V', level === 4 ? 'mqttv311' : 'mqttv5'],
    ...(user ? ['-u', user.name, '-P', user.password] : []),
    ...(trust ? ['--cafile', trust.authority] : []),
    ...(trust?.identity ? ['--cert', trust.identity.certificate, '--key', trust.identity.key] : []),
  ]
}

function sessionOptions(level: Level, { clientId, clean = true, sessionExpiry, will }: Connect): string[] {
  const expiry = sessionExpiry ?? (clean ? 0 : sessionExpiryDefault)
  return [
    ...['-i', clientId, ...(clean ? [] : ['-c'])],
    ...(level === 5 && expiry > 0 ? ['-x', `${expiry}`] : []),
    ...(will ? ['--will-topic', will.topic, '--will-payload', will.payload, '--will-qos', `${will.qos}`] : []),
    ...(will?.delay === undefined ? [] : ['-D', 'will', 'will-delay-interval', `${will.delay}`]),
  ]
}

function properties({ messageExpiry, responseTopic, correlation, contentType, userProperties = [] }: Publish) {
  const named = {
    'message-expiry-interval': messageExpiry?.toString(),
    'response-topic': responseTopic,
    'correlation-data': correlation,
    'content-type': contentType,
  }
  return [
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : ['-D', 'publish', name, value])),
    ...userProperties.flatMap((pair) => ['-D', 'publish', 'user-property', ...pair]),
  ]
}
