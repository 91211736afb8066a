import assert from 'node:assert/strict'
import type { IConnackPacket, IConnectPacket, IPublishPacket, ISubscribePacket, QoS } from 'mqtt-packet'
import { RawClient } from './raw-client.js'

/** What a CONNECT says beyond the usual. */
export type ConnectOptions = Partial<Omit<IConnectPacket, 'cmd' | 'protocolVersion'>>

/** What a PUBLISH says beyond topic and payload. */
export type PublishOptions = Partial<Pick<IPublishPacket, 'qos' | 'retain' | 'dup' | 'messageId' | 'properties'>>

/** What a subscription wants, beyond its filter. */
export interface SubscribeOptions {
  readonly qos?: QoS
  readonly noLocal?: boolean
  readonly retainAsPublished?: boolean
  readonly retainHandling?: 0 | 1 | 2
  readonly identifier?: number
}

/** A client that is connected, and has short words for the usual exchanges. Each fails when anything else comes. */
export class Client extends RawClient {
  private lastId = 0
  private readonly overtook: IPublishPacket[] = []
  /** The topic that `Case.fence` subscribed this client to. */
  fence: string | undefined

  /** CONNECT, whatever the answer. */
  async open(options: ConnectOptions): Promise<IConnackPacket> {
    this.send({
      cmd: 'connect',
      protocolVersion: this.version,
      clientId: '',
      clean: true,
      keepalive: 60,
      ...options,
    })
    return this.expect('connack')
  }

  nextId(): number {
    this.lastId += 1
    return this.lastId
  }

  /** SUBSCRIBE to one filter; the code of SUBACK. */
  async subscribe(topic: string, options: SubscribeOptions = {}): Promise<number> {
    const messageId = this.nextId()
    this.send(subscribePacket(messageId, topic, options))
    const suback = await this.expect('suback')
    assert.equal(suback.messageId, messageId)
    return Number(suback.granted[0])
  }

  async unsubscribe(...unsubscriptions: string[]): Promise<void> {
    const messageId = this.nextId()
    this.send({ cmd: 'unsubscribe', messageId, unsubscriptions })
    const unsuback = await this.expect('unsuback')
    assert.equal(unsuback.messageId, messageId)
  }

  /** PUBLISH, with the whole exchange that its QoS demands. */
  async publish(topic: string, payload: string | Buffer, options: PublishOptions = {}): Promise<void> {
    const messageId = options.messageId ?? this.nextId()
    this.send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, ...options, messageId })
    if (options.qos === 1) assert.equal((await this.expect('puback')).messageId, messageId)
    if (options.qos !== 2) return
    assert.equal((await this.expect('pubrec')).messageId, messageId)
    this.send({ cmd: 'pubrel', messageId })
    assert.equal((await this.expect('pubcomp')).messageId, messageId)
  }

  /** The next PUBLISH, acknowledged as its QoS demands; those that overtake its exchange are taken later. */
  async take(): Promise<IPublishPacket> {
    const publish = this.overtook.shift() ?? (await this.expect('publish'))
    const id = publish.messageId === undefined ? {} : { messageId: publish.messageId }
    if (publish.qos === 1) this.send({ cmd: 'puback', ...id })
    if (publish.qos === 2) await this.complete(id)
    return publish
  }

  private async complete(id: { messageId?: number }): Promise<void> {
    this.send({ cmd: 'pubrec', ...id })
    let answer = (await this.next('pubrel'))?.packet
    for (; answer?.cmd === 'publish'; answer = (await this.next('pubrel'))?.packet) this.overtook.push(answer)
    assert.deepEqual([answer?.cmd, answer?.messageId], ['pubrel', id.messageId])
    this.send({ cmd: 'pubcomp', ...id })
  }

  /** The texts of the next so many messages. */
  async texts(count: number): Promise<string[]> {
    const texts: string[] = []
    for (let taken = 0; taken < count; taken++) texts.push(textOf(await this.take()))
    return texts
  }

  /** Leaves as a client should, and waits for the server to end the connection. */
  async leave(): Promise<void> {
    this.send({ cmd: 'disconnect', reasonCode: 0 })
    this.socket.end()
    await this.closed()
  }
}

/** What a message says. */
export const textOf = ({ payload }: IPublishPacket): string => payload.toString()

/** The code of CONNACK, whatever the version calls it. */
export const codeOf = ({ reasonCode, returnCode }: IConnackPacket): number | undefined => reasonCode ?? returnCode

/** SUBSCRIBE to one filter. */
export function subscribePacket(messageId: number, topic: string, options: SubscribeOptions = {}): ISubscribePacket {
  const { qos = 0, noLocal = false, retainAsPublished = false, retainHandling = 0, identifier } = options
  return {
    cmd: 'subscribe',
    messageId,
    subscriptions: [{ topic, qos, nl: noLocal, rap: retainAsPublished, rh: retainHandling }],
    ...(identifier === undefined ? {} : { properties: { subscriptionIdentifier: identifier } }),
  }
}
