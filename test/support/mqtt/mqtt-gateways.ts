import type { MqttSettings } from './mqtt-gateway.js'
import { MqttGateway } from './mqtt-gateway.js'

/** A client whose session outlives its connections. */
export const lasting = { clean: false, properties: { sessionExpiryInterval: 600 } }

/** The gateways that a test started; to be stopped after each. */
export class MqttGateways {
  private running: MqttGateway[] = []

  async start(settings: MqttSettings = {}): Promise<MqttGateway> {
    const gateway = await MqttGateway.start(settings)
    this.running.push(gateway)
    return gateway
  }

  async stop(): Promise<void> {
    const { running } = this
    this.running = []
    await Promise.all(running.map((gateway) => gateway.stop()))
  }
}
