import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Context } from 'mocha'
import { needsPeer } from '../support/peers.js'
import { MosquittoClients } from './mosquitto-clients.js'
import { MqttJsPeer } from './mqtt-js-peer.js'
import type { Cannot, Level, Peer } from './peer.js'
import { ProgramPeer } from './program-peer.js'

/** One column of the matrix: opened only when its turn comes, and skipped where the machine lacks the program. */
export type Column = (context: Context) => Peer

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** What tools/peers.sh has installed, unless it has not. */
const installed = (name: string): string | undefined => {
  const path = pathOf(`../../.cache/peers/${name}`)
  return existsSync(path) ? path : undefined
}

const mosquittoClients =
  (level: Level): Column =>
  (context) =>
    new MosquittoClients(level, {
      publish: needsPeer(context, 'mosquitto_pub', 'publishes'),
      subscribe: needsPeer(context, 'mosquitto_sub', 'subscribes'),
      stdbuf: needsPeer(context, 'stdbuf', 'makes mosquitto_sub tell at once'),
    })

const python =
  (library: string, level: Level, cannot: Peer['cannot'] = {}): Column =>
  (context) => {
    const program = needsPeer(context, 'python-peers', `speaks through ${library}`, installed('venv/bin/python'))
    return new ProgramPeer(library, level, [program, '-B', pathOf('python/peer.py'), library], cannot)
  }

const pahoCannot: Cannot = { 'reason codes of QoS 2': 'paho-mqtt passes over the reason in PUBREC and sends PUBREL' }

const aiomqttCannot: Cannot = {
  'the session-present flag': 'aiomqtt keeps it for itself',
  'reason codes of publishes': 'aiomqtt does not look at the answer to a publish',
  'learning of a refusal in TLS': 'aiomqtt waits for a CONNACK all the same, until its time-out',
}

const go: Column = (context) => {
  const program = needsPeer(context, 'paho-golang', 'speaks through paho.golang', installed('paho-golang'))
  return new ProgramPeer('paho.golang', 5, [program])
}

/** Everybody who connects to the broker under test. */
export const columns: Readonly<Record<string, Column>> = {
  'mqtt.js, MQTT 3.1.1': () => new MqttJsPeer(4),
  'mqtt.js, MQTT 5': () => new MqttJsPeer(5),
  'mqtt.js over WebSocket, MQTT 3.1.1': () => new MqttJsPeer(4, 'websocket'),
  'mqtt.js over WebSocket, MQTT 5': () => new MqttJsPeer(5, 'websocket'),
  'mosquitto_pub and _sub, MQTT 3.1.1': mosquittoClients(4),
  'mosquitto_pub and _sub, MQTT 5': mosquittoClients(5),
  'paho-mqtt, MQTT 3.1.1': python('paho-mqtt', 4, pahoCannot),
  'paho-mqtt, MQTT 5': python('paho-mqtt', 5, pahoCannot),
  'aiomqtt, MQTT 3.1.1': python('aiomqtt', 4, aiomqttCannot),
  'aiomqtt, MQTT 5': python('aiomqtt', 5, aiomqttCannot),
  'paho.golang, MQTT 5': go,
}
