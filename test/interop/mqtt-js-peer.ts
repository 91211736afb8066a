import { readFileSync } from 'node:fs'
import type { IClientOptions, IClientPublishOptions, IPublishPacket, MqttClient } from 'mqtt'
import { connect } from 'mqtt'
import { Inbox } from './inbox.js'
import type { Client, Connect, Level, Message, Peer, Properties, Publish, Subscribe } from './peer.js'
import { Refused, sessionExpiryDefault } from './peer.js'

/** mqtt.js, in this process. */
export class MqttJsPeer implements Peer {
  readonly cannot: Peer['cannot']

  constructor(
    readonly level: Level,
    readonly transport: Peer['transport'] = 'tcp',
  ) {
    this.cannot =
      transport === 'websocket' ? { TLS: 'its listener is plain; TLS of the HTTP port is no matter of MQTT' } : {}
  }

  connect(options: Connect): Promise<Client> {
    const client = connect(options.url, clientOptions(this.level, options))
    const received = new Inbox()
    client.on('message', (_, __, packet) => received.add(messageOf(packet)))
    return new Promise((resolve, reject) => {
      client.once('connect', ({ sessionPresent }) => resolve(new MqttJsClient(client, received, sessionPresent)))
      client.once('close', () => reject(new Error('the connection was closed')))
      client.on('error', (error) => {
        const code = codeOf(error)
        reject(code === undefined ? error : new Refused(code, error))
        client.end(true)
      })
    })
  }

  async stop(): Promise<void> {
    // Nothing outlives its clients.
  }
}

class MqttJsClient implements Client {
  constructor(
    private readonly client: MqttClient,
    readonly received: Inbox,
    readonly sessionPresent: boolean,
  ) {}

  subscribe({ filter, qos, subscriptionIdentifier }: Subscribe): Promise<number> {
    const properties = subscriptionIdentifier === undefined ? {} : { properties: { subscriptionIdentifier } }
    return reasonOf(async () => {
      const [granted] = await this.client.subscribeAsync(filter, { qos, ...properties })
      return granted?.qos ?? 0
    })
  }

  publish({ topic, payload, qos, retain = false, ...properties }: Publish): Promise<number> {
    const options = { qos, retain, ...propertiesToSend(properties) }
    return reasonOf(async () => {
      await this.client.publishAsync(topic, payload, options)
      return 0
    })
  }

  async disconnect(): Promise<void> {
    await this.client.endAsync()
  }

  async kill(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.client.once('close', () => resolve()))
    this.client.stream.destroy()
    await closed
  }
}

function clientOptions(level: Level, connect: Connect): IClientOptions {
  const { clientId, clean = true, sessionExpiry = clean ? 0 : sessionExpiryDefault, will, user, trust } = connect
  return {
    protocolVersion: level,
    clientId,
    clean,
    reconnectPeriod: 0,
    ...(level === 5 ? { properties: { sessionExpiryInterval: sessionExpiry } } : {}),
    ...(will ? { will: willOf(will) } : {}),
    ...(user ? { username: user.name, password: user.password } : {}),
    ...(trust ? { ca: readFileSync(trust.authority) } : {}),
    ...(trust?.identity
      ? { cert: readFileSync(trust.identity.certificate), key: readFileSync(trust.identity.key) }
      : {}),
  }
}

const willOf = ({ topic, payload, qos, delay }: NonNullable<Connect['will']>): NonNullable<IClientOptions['will']> => ({
  topic,
  payload: Buffer.from(payload),
  qos,
  retain: false,
  ...(delay === undefined ? {} : { properties: { willDelayInterval: delay } }),
})

/** The reason code that an action ends with; the library rejects where that is a refusal. */
async function reasonOf(action: () => Promise<number>): Promise<number> {
  try {
    return await action()
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    return code
  }
}

/** A refused subscription comes as an error that holds the whole SUBACK. */
function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const packet: object = 'packet' in error && error.packet instanceof Object ? error.packet : {}
  const [granted]: unknown[] = 'granted' in packet && Array.isArray(packet.granted) ? packet.granted : []
  const code = granted ?? ('code' in error ? error.code : undefined)
  return typeof code === 'number' ? code : undefined
}

function propertiesToSend(given: Properties): Pick<IClientPublishOptions, 'properties'> {
  const { messageExpiry, responseTopic, correlation, contentType, userProperties } = given
  const properties = {
    ...(messageExpiry === undefined ? {} : { messageExpiryInterval: messageExpiry }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlation === undefined ? {} : { correlationData: Buffer.from(correlation) }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(userProperties === undefined ? {} : { userProperties: grouped(userProperties) }),
  }
  return Object.keys(properties).length === 0 ? {} : { properties }
}

function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {}
  for (const [name, value] of pairs) groups[name] = [...(groups[name] ?? []), value]
  return groups
}

function messageOf({ topic, payload, qos, retain, properties = {} }: IPublishPacket): Message {
  const { messageExpiryInterval, responseTopic, correlationData, contentType, userProperties } = properties
  const { subscriptionIdentifier } = properties
  return {
    topic,
    payload: Buffer.from(payload),
    qos,
    retain,
    ...(messageExpiryInterval === undefined ? {} : { messageExpiry: messageExpiryInterval }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlation: correlationData.toString() }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(userProperties === undefined ? {} : { userProperties: Object.entries(userProperties).flatMap(pairsOf) }),
    ...(subscriptionIdentifier === undefined ? {} : { subscriptionIdentifiers: [subscriptionIdentifier].flat() }),
  }
}

const pairsOf = ([name, value]: [string, string | string[]]) => [value].flat().map((each) => [name, each] as const)
