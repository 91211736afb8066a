import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from 'mocha'
import { within } from '../support/deadline.js'
import { builtCommand } from '../support/docs/workspace.js'
import { needsPeer } from '../support/peers.js'
import { RivuletProcess } from '../support/rivulet-process.js'
import type { Broker } from './broker.js'
import type { Certificates } from './certificates.js'
import { makeCertificates } from './certificates.js'

const user = { name: 'device', password: 'secret' }
const forbiddenTopic = 'forbidden/topic'

/** More than the largest message of a scenario takes with its topic. */
const messageBytesMax = 6_000_000

/** The gateway as its users start it. There are two of them, since one has one listener with TLS. */
export async function startRivuletBroker(context: Context): Promise<Broker> {
  const openssl = needsPeer(context, 'openssl', 'makes the certificates of one run')
  needsPeer(context, 'rivulet', 'is the broker of the scenarios', builtCommand)
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-interop-'))
  const certificates = makeCertificates(openssl, folder)
  const plain = serve(folder, certificates, 'optional')
  const mutual = serve(folder, certificates, 'required')
  const stop = async () => {
    await Promise.all([plain.kill(), mutual.kill()])
    rmSync(folder, { recursive: true })
  }
  try {
    return { ...(await addressesOf(plain, mutual)), certificates, user, forbiddenTopic, cannot: {}, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const addressesOf = async (plain: RivuletProcess, mutual: RivuletProcess) => ({
  tcp: `mqtt://${await addressOf(plain, 'mqtt')}`,
  websocket: `ws://${await addressOf(plain, 'ws')}`,
  tls: `mqtts://${await secureAddressOf(plain)}`,
  mutualTls: `mqtts://${await secureAddressOf(mutual)}`,
})

function serve(
  folder: string,
  { authority, server }: Certificates,
  clientCertificate: 'optional' | 'required',
): RivuletProcess {
  const file = join(folder, `${clientCertificate}.json`)
  const tls = { port: 0, cert: server.certificate, key: server.key, ca: authority, clientCertificate }
  // JSON is YAML as well.
  writeFileSync(
    file,
    JSON.stringify({
      http: { port: 0 },
      ops: { port: 0 },
      transports: { mqtt: { port: 0, tls } },
      auth: { anonymous: true, users: [{ name: user.name, password: { env: 'DEVICE_PASSWORD' } }] },
      permissions: { rules: [{ deny: ['publish', 'subscribe'], topics: [forbiddenTopic] }, { allow: 'all' }] },
      limits: { messageBytesMax },
    }),
  )
  return new RivuletProcess(['serve', '--config', file], { environment: { DEVICE_PASSWORD: user.password } })
}

/** Where a gateway says that it listens for MQTT. */
async function addressOf(gateway: RivuletProcess, scheme: 'mqtt' | 'mqtts' | 'ws'): Promise<string> {
  const [, address = ''] = await within(scheme, gateway.line(new RegExp(`^mqtt ${scheme}://(.+)$`)))
  return address
}

/** By the name that its certificate is for. */
const secureAddressOf = async (gateway: RivuletProcess): Promise<string> =>
  (await addressOf(gateway, 'mqtts')).replace('127.0.0.1', 'localhost')
