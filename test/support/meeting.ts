/** A gateway where devices that speak MQTT and programs with the SDK meet. */
import type { Tree } from '../../cli/config/index.js'
import type { Subscription, Update } from '../../sdk/index.js'
import { MqttJsPeer } from '../interop/mqtt-js-peer.js'
import type { Client, Connect, Level, Publish } from '../interop/peer.js'
import { Place, told } from './running-gateway.js'

/** What the SDK hears, in order, of a stream that leaves nothing out. */
export class Ear {
  private readonly heard: Update[] = []

  constructor(private readonly subscription: Subscription) {
    subscription.on('update', (update) => this.heard.push(update))
  }

  /** All up to the first update of this path, which itself is left out. */
  async before(path: string): Promise<readonly Update[]> {
    const index = () => this.heard.findIndex((update) => update.path === path)
    if (index() < 0) await told(this.subscription, (update) => update.path === path)
    return this.heard.slice(0, index())
  }
}

/** The gateway, and the devices that a test connects to it. */
export class Meeting {
  private readonly devices: Client[] = []

  private constructor(readonly place: Place) {}

  /** `rules` are those of topics. */
  static async open(rules: readonly Tree[] = []): Promise<Meeting> {
    return new Meeting(await Place.open(rules))
  }

  async device(level: Level, options: Partial<Connect> = {}): Promise<Client> {
    const clientId = `device-${this.devices.length}`
    const device = await new MqttJsPeer(level).connect({ url: this.place.mqttUrl, clientId, ...options })
    this.devices.push(device)
    return device
  }

  /** Resolves when the subscription has begun. */
  async ear(selector: string): Promise<Ear> {
    const subscription = (await this.place.session()).subscribe(selector, { delivery: 'all' })
    const ear = new Ear(subscription)
    await subscription.synced
    return ear
  }

  /** Retained values, as topic and payload, for a device that comes now. */
  async retained(level: Level, filter: string): Promise<readonly (readonly [string, string])[]> {
    const device = await this.device(level)
    for (const each of [filter, 'end']) await device.subscribe({ filter: each, qos: 1 })
    await say(device, 'end', 'end')
    const messages = await device.received.before('end')
    return messages.filter(({ retain }) => retain).map(({ topic, payload }) => [topic, payload.toString()] as const)
  }

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.disconnect()))
    await this.place.close()
  }
}

/** Publishes with QoS 1 unless told otherwise; the reason code of the answer. */
export function say(
  device: Client,
  topic: string,
  payload: string | Buffer,
  more: Partial<Publish> = {},
): Promise<number> {
  return device.publish({ topic, payload, qos: 1, ...more })
}
