import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import type { Context } from 'mocha'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { needsPeer } from '../support/peers.js'
import type { Broker } from './broker.js'
import type { Certificates } from './certificates.js'
import { makeCertificates } from './certificates.js'
import { Mosquitto } from './mosquitto.js'
import { freePorts, portOf } from './ports.js'

const user = { name: 'device', password: 'secret' }
const forbiddenTopic = 'forbidden/topic'

/** mosquitto in the place of the broker under test: what it passes, the scenarios may ask of others. */
export async function startMosquittoBroker(context: Context): Promise<Broker> {
  const openssl = needsPeer(context, 'openssl', 'makes the certificates of one run')
  const program = needsPeer(context, 'mosquitto', 'is the broker of the scenarios')
  const passwd = needsPeer(context, 'mosquitto_passwd', 'writes the file of its users')
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-interop-'))
  const certificates = makeCertificates(openssl, folder)
  const users = join(folder, 'users')
  execFileSync(passwd, ['-c', '-b', users, user.name, user.password], { stdio: 'pipe' })
  const rights = join(folder, 'rights')
  writeFileSync(rights, `topic readwrite #\ntopic deny ${forbiddenTopic}\n`)
  const [tcp = 0, tls = 0, mutualTls = 0] = await freePorts(3)
  const websocket = await listenWithWebSocket(tcp)
  const broker = await Mosquitto.start(program, folder, [
    `password_file ${users}`,
    `acl_file ${rights}`,
    `listener ${tcp} 127.0.0.1`,
    ...[`listener ${tls} 127.0.0.1`, ...identity(certificates)],
    ...[`listener ${mutualTls} 127.0.0.1`, ...identity(certificates), 'require_certificate true'],
  ])
  return {
    tcp: `mqtt://127.0.0.1:${tcp}`,
    websocket: `ws://127.0.0.1:${portOf(websocket)}/mqtt`,
    tls: `mqtts://localhost:${tls}`,
    mutualTls: `mqtts://localhost:${mutualTls}`,
    certificates,
    user,
    forbiddenTopic,
    cannot: {
      'reason codes of subscriptions': 'its files of rights grant every subscription and filter what is delivered',
      'handing on what a lost member had not acknowledged': 'it drops what was on its way to a member that leaves',
    },
    stop: async () => {
      websocket.close()
      await broker.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** WebSocket in front of a TCP port: mosquitto's own listener needs half a minute for five megabytes. */
async function listenWithWebSocket(tcp: number): Promise<Server> {
  const server = createServer()
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'mqtt' })
  sockets.on('connection', (socket) => {
    const [near, far] = [createWebSocketStream(socket), connect(tcp, '127.0.0.1')]
    pipeline(near, far, near, () => socket.terminate())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const identity = ({ authority, server }: Certificates): string[] => [
  `cafile ${authority}`,
  `certfile ${server.certificate}`,
  `keyfile ${server.key}`,
]
