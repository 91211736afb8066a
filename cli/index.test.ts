import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, suite, test } from 'mocha'
import { WebSocket } from 'ws'
import { createLog } from '../ops/index.js'
import { certificateFile } from '../test/support/tcp-listener.js'
import { authority } from '../test/support/tls-peer.js'
import type { RunningGateway, StartOptions } from './index.js'
import { Failure, startGateway } from './index.js'

const quiet = { level: 'silent' }
const someHash = 'scrypt$16384$8$1$Oe1bhyq2qfpxGgyNOtkX1A==$UCQaK2zZ5WUCeAx8yKYpiQN1gh3k5HyLdk7kk0lz8rg='
const freePorts = { http: { port: 0 }, ops: { port: 0 }, transports: { mqtt: { port: 0 } }, log: quiet }

suite('a gateway inside a program', () => {
  const running: RunningGateway[] = []
  afterEach(() => Promise.all(running.splice(0).map((gateway) => gateway.close())))

  async function start(options: StartOptions = {}): Promise<RunningGateway> {
    const gateway = await startGateway({ ...options, settings: { ...freePorts, ...options.settings } })
    running.push(gateway)
    return gateway
  }

  test('publishes and subscribes in the program that started it', async () => {
    const gateway = await start()
    const session = await gateway.connect()
    await session.publish('greenhouse/temperature', 21.5)
    for await (const { path, value, snapshot } of session.subscribe('greenhouse/#')) {
      assert.deepEqual({ path, value, snapshot }, { path: 'greenhouse/temperature', value: 21.5, snapshot: true })
      break
    }
    await session.close()
  })

  test('says where it listens, and takes the limits and topic rules that it is given', async () => {
    const rules = [{ selector: 'log/#', delivery: 'all' }]
    const gateway = await start({ settings: { topics: { rules }, limits: { topicsMax: 2 } } })
    assert.match(gateway.listeners.join(), /websocket ws:\/\/127\.0\.0\.1:\d+\/ws,ops http:\/\/127\.0\.0\.1:\d+$/)
    const session = await gateway.connect()
    await session.create('log/a')
    await session.create('b')
    assert.equal((await session.fetch('log/a', { describe: true }))[0]?.properties?.delivery, 'all')
    await assert.rejects(session.create('c'), { code: 'limitReached' })
    await session.close()
  })

  test('does not start with settings that cannot be used, and says all that is wrong with them', async () => {
    const wrong = start({ settings: { http: { prot: 1 }, log: { level: 'loud' } } })
    await assert.rejects(wrong, (error) => {
      assert.ok(error instanceof Failure)
      assert.match(error.message, /http\.prot: unknown key; did you mean "port"\?/)
      assert.match(error.message, /log\.level: expected one of/)
      return true
    })
  })

  test('does not start with a misspelled option, which would leave its settings out, and says what may be meant', async () => {
    const misspelled: object = { setings: freePorts, loud: true }
    await assert.rejects(startGateway(misspelled), {
      name: 'Failure',
      message:
        'startGateway has no option setings: did you mean "settings"?; loud: known here: settings, config, insecure, log',
    })
  })

  test('a refused sign-in leaves its reason in the log, once an address, and never what was shown to get in', async () => {
    const lines: string[] = []
    const log = createLog('warn', { write: (line) => lines.push(line) })
    const auth = { anonymous: false, users: [{ name: 'ann', password: someHash }] }
    const gateway = await start({ log, settings: { auth } })
    for (const user of ['ann', 'x'.repeat(1_000)]) {
      await assert.rejects(gateway.connect({ credentials: { user, password: 'guessed-secret' } }))
    }
    const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a sign-in was refused')
    assert.deepEqual(
      told.map(({ why, peer }) => [why, peer]),
      [['wrong password for user "ann"', '127.0.0.1']],
    )
    assert.doesNotMatch(lines.join(''), /guessed-secret/)
  })

  test('does not start where its port is taken, and names the setting, and not the command line alone', async () => {
    const first = await start()
    const port = Number(new URL(first.url).port)
    const second = start({ settings: { http: { port } } })
    await assert.rejects(second, /is in use: choose another in the settings, as http\.port \(on the command line/)
  })

  test('names the setting of a transport whose port is taken', async () => {
    const first = await start()
    const [, port] = first.listeners.join().match(/mqtt:\/\/127\.0\.0\.1:(\d+)/) ?? []
    const second = start({ settings: { transports: { mqtt: { port: Number(port) } } } })
    await assert.rejects(second, /is in use: choose another in the settings, as transports\.mqtt\.port/)
  })

  test('listens behind a certificate too, where one is named', async () => {
    const tls = { port: 0, cert: certificateFile('server.pem'), key: certificateFile('server.key') }
    const gateway = await start({ settings: { http: { port: 0, tls } } })
    const [url = ''] = gateway.listeners.flatMap((line) => line.match(/wss:\S+\/ws$/) ?? [])
    const trusting = { ca: authority, servername: 'localhost' }
    const client = new WebSocket(url, 'rivulet.v1', trusting)
    await once(client, 'open')
    client.terminate()
  })

  test('does not listen beyond loopback for everybody, unless it is told to', async () => {
    const everywhere = { http: { host: '0.0.0.0', port: 0 } }
    await assert.rejects(start({ settings: everywhere }), /everybody may do everything/)
    await start({ settings: everywhere, insecure: true })
  })

  test('closes with clients connected: each is told, and one that does not answer is not waited for', async () => {
    const gateway = await start({
      settings: { transports: { ...freePorts.transports, websocket: { closeTimeoutMs: 100 } } },
    })
    const [session, silent] = [await gateway.connect({ reconnect: false }), new WebSocket(gateway.url, 'rivulet.v1')]
    await once(silent, 'open')
    silent.pause()
    const closed = new Promise<string>((resolve) => {
      session.on('state', (state) => state.kind === 'closed' && resolve(state.reason))
    })
    await gateway.close()
    assert.equal(await closed, 'draining')
    await assert.rejects(gateway.connect(), { code: 'linkLost' })
    silent.terminate()
  })

  test('drains: the session is told, and the address is free again', async () => {
    const gateway = await start()
    const session = await gateway.connect({ reconnect: false })
    const closed = new Promise<string>((resolve) => {
      session.on('state', (state) => state.kind === 'closed' && resolve(state.reason))
    })
    await gateway.drain()
    assert.equal(await closed, 'draining')
    await assert.rejects(gateway.connect(), { code: 'linkLost' })
  })
})
