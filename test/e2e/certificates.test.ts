/** Certificates that are renewed while the gateway runs, as an operator renews them; against the built package. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterEach, before, beforeEach, suite, test } from 'mocha'
import type { MqttClient } from 'mqtt'
import { connectAsync } from 'mqtt'
import { builtCommand } from '../support/docs/workspace.js'
import { needsPeer } from '../support/peers.js'
import { RivuletProcess } from '../support/rivulet-process.js'
import { certificateFile } from '../support/tcp-listener.js'
import { nameShown, secured } from '../support/tls-peer.js'

const freePorts = [
  'http.port=0',
  'http.tls.port=0',
  'ops.port=0',
  'transports.mqtt.port=0',
  'transports.mqtt.tls.port=0',
]
const ca = readFileSync(certificateFile('authority.pem'))

suite('certificates of a running gateway', function () {
  this.timeout(20_000)
  let folder: string
  let gateway: RivuletProcess
  const clients: MqttClient[] = []

  before(function () {
    needsPeer(this, 'rivulet', 'is what is tested', builtCommand)
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rivulet-certificates-'))
    use('server')
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end(true)
    await gateway.kill()
    rmSync(folder, { recursive: true })
  })

  /** Puts this pair where the gateway reads its own. */
  function use(name: string): void {
    for (const kind of ['pem', 'key']) copyFileSync(certificateFile(`${name}.${kind}`), join(folder, `own.${kind}`))
  }

  /** A gateway with this pair; where it takes MQTT, or WebSockets, that are secured. */
  async function started(at = /^mqtt (mqtts:\S+)/): Promise<string> {
    const files = ['transports.mqtt.tls', 'http.tls'].flatMap((at) => [`${at}.cert=own.pem`, `${at}.key=own.key`])
    const settings = [...freePorts, ...files].flatMap((setting) => ['--set', setting])
    gateway = new RivuletProcess(['serve', ...settings], { folder })
    const [, url = ''] = await gateway.line(at)
    await gateway.line(/^ready/)
    return url
  }

  /** A client that takes messages, and the name that it was shown. */
  async function dial(url: string, clientId: string) {
    const client = await connectAsync(url, { ca, servername: 'localhost', clientId, reconnectPeriod: 0 })
    clients.push(client)
    assert.ok(client.stream instanceof TLSSocket)
    await client.subscribeAsync(clientId, { qos: 1 })
    return { client, shown: nameShown(client.stream) }
  }

  /** The name that whoever dials there is shown. */
  async function shownAt(url: string): Promise<string> {
    const socket = await secured({ port: Number(new URL(url).port) })
    const name = nameShown(socket)
    socket.destroy()
    return name
  }

  /** A client that is told what it says itself goes on. */
  async function goesOn(client: MqttClient): Promise<void> {
    const told = new Promise((resolve) => client.once('message', (_topic, payload) => resolve(payload.toString())))
    await client.publishAsync(client.options.clientId ?? '', 'still here', { qos: 1 })
    assert.equal(await told, 'still here')
  }

  test('that were renewed are shown to those who come after SIGHUP; who was there goes on', async () => {
    const url = await started()
    const old = await dial(url, 'old')
    assert.equal(old.shown, 'localhost')
    use('renewed')
    assert.equal((await dial(url, 'meanwhile')).shown, 'localhost', 'nothing is read before the signal')
    gateway.signal('SIGHUP')
    await gateway.message(/settings read again/)
    const young = await dial(url, 'young')
    assert.equal(young.shown, 'renewed')
    await goesOn(old.client)
    await goesOn(young.client)
  })

  test('that were renewed are shown at the secured port of HTTP, too', async () => {
    const url = await started(/^websocket (wss:\S+)/)
    assert.equal(await shownAt(url), 'localhost')
    use('renewed')
    gateway.signal('SIGHUP')
    await gateway.message(/settings read again/)
    assert.equal(await shownAt(url), 'renewed')
  })

  test('that are broken change nothing: what is wrong is said, and those of before are shown', async () => {
    const url = await started()
    copyFileSync(certificateFile('client.key'), join(folder, 'own.key'))
    gateway.signal('SIGHUP')
    await gateway.message(/belongs to another/)
    assert.equal((await dial(url, 'one')).shown, 'localhost')
    writeFileSync(join(folder, 'own.pem'), '')
    gateway.signal('SIGHUP')
    await gateway.message(/own\.pem/)
    assert.equal((await dial(url, 'other')).shown, 'localhost')
  })
})
