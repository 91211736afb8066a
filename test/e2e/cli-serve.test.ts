/** Gateways as an operator runs them: settings, signals, and what is refused; against the built package. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, before, beforeEach, suite, test } from 'mocha'
import { builtCommand } from '../support/docs/workspace.js'
import { needsPeer } from '../support/peers.js'
import { RivuletProcess, runRivulet } from '../support/rivulet-process.js'

const freePorts = ['--set', 'http.port=0', '--set', 'ops.port=0', '--set', 'transports.mqtt.port=0']

suite('serve and check', function () {
  this.timeout(20_000)
  let folder: string

  before(function () {
    needsPeer(this, 'rivulet', 'is what is tested', builtCommand)
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rivulet-cli-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const started: RivuletProcess[] = []
  afterEach(() => Promise.all(started.splice(0).map((process) => process.kill())))

  function serve(...args: string[]): RivuletProcess {
    const process = new RivuletProcess(['serve', ...freePorts, ...args], { folder, environment: { FEED: 'geheim' } })
    started.push(process)
    return process
  }

  function write(text: string): string {
    const file = join(folder, 'rivulet.yaml')
    writeFileSync(file, text)
    return file
  }

  test('SIGTERM tells clients to go, gives them what they are owed, and ends with 0', async () => {
    const gateway = serve()
    const [, url = ''] = await gateway.line(/^websocket (ws:\S+)$/)
    await gateway.line(/^ready$/)
    const subscriber = new RivuletProcess(['subscribe', '#', '--url', url])
    started.push(subscriber)
    await runRivulet(['publish', 'a', '1', '--url', url])
    await subscriber.line(/^a 1$/)
    gateway.signal('SIGTERM')
    const { code, stderr } = await gateway.end()
    assert.equal(code, 0)
    assert.match(stderr, /"msg":"draining/)
    await subscriber.message(/shutting down.*trying again/)
  })

  test('a port that is taken ends it with 1 and the way out', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, stderr } = await serve('--set', `http.port=${port}`).end()
    other.close()
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`^rivulet: port ${port} of 127\\.0\\.0\\.1 is in use: .*--set http\\.port=`))
  })

  test('with all ports taken, as by another gateway, all are told at once', async () => {
    const others = Array.from({ length: 3 }, () => createServer().listen(0, '127.0.0.1'))
    await Promise.all(others.map((other) => new Promise((resolve) => other.once('listening', resolve))))
    const ports = others.map((other) => Object(other.address()).port)
    const settings = ['http.port', 'ops.port', 'transports.mqtt.port'].map((key, index) => `${key}=${ports[index]}`)
    const { code, stderr } = await serve(...settings.flatMap((setting) => ['--set', setting])).end()
    for (const other of others) other.close()
    assert.equal(code, 1)
    const [http, ops, mqtt] = ports
    const message = `^rivulet: ports ${http}, ${ops} and ${mqtt} are in use: .* http\\.port, ops\\.port and transports\\.mqtt\\.port .*a gateway that runs already`
    assert.match(stderr, new RegExp(message))
  })

  test('listening beyond loopback for everybody is refused, and allowed with --insecure', async () => {
    const { code, stderr } = await serve('--set', 'http.host=0.0.0.0').end()
    assert.equal(code, 2)
    assert.match(stderr, /everybody may do everything.*--insecure/)
    await serve('--set', 'http.host=0.0.0.0', '--insecure').line(/^ready$/)
  })

  test('check prints every fault with its line, or that there is none', async () => {
    const good = await runRivulet(['check', write('http: {port: 8090}\n')])
    assert.equal(good.code, 0)
    assert.match(good.stdout, /rivulet\.yaml: ok\n$/)
    const bad = await runRivulet(['check', write('http:\n  port: many\nlog: {level: loud}\n')])
    assert.equal(bad.code, 2)
    assert.match(bad.stderr, /rivulet\.yaml:2:9 http\.port: .*\n.*rivulet\.yaml:3:14 log\.level: expected one of /)
  })

  test('serve refuses the same configuration with the same words', async () => {
    const file = write('htpp: {port: 1}\n')
    const [checked, served] = [await runRivulet(['check', file]), await serve('--config', file).end()]
    assert.equal(served.code, 2)
    assert.equal(served.stderr, checked.stderr)
    assert.match(served.stderr, /htpp: unknown key; did you mean "http"\?/)
  })

  test('check says ok only where serve starts: listening for everybody is refused by both, with the same words', async () => {
    const file = write('http: {host: 0.0.0.0, port: 0}\nops: {port: 0}\n')
    const [checked, served] = [await runRivulet(['check', file]), await serve('--config', file).end()]
    assert.deepEqual([checked.code, served.code], [2, 2])
    assert.equal(served.stderr, checked.stderr)
    assert.equal((await runRivulet(['check', file, '--insecure'])).code, 0)
  })

  test('users sign in, rules hold, and a reload takes effect on those who are there', async () => {
    const settings = (rules: string) =>
      `auth: {users: [{name: feed, password: {env: FEED}}], anonymous: true}\npermissions: {rules: [${rules}]}\n`
    const everything = '{allow: all, users: [feed]}'
    const file = write(settings(`${everything}, {allow: [subscribe, fetch], topics: ["open/#"]}`))
    const gateway = serve('--config', file)
    const [, url = ''] = await gateway.line(/^websocket (ws:\S+)$/)
    await gateway.line(/^ready$/)
    const asFeed = ['--url', url, '--user', 'feed']
    const environment = { RIVULET_PASSWORD: 'geheim' }
    assert.equal((await runRivulet(['publish', 'open/a', '1', ...asFeed], { environment })).code, 0)
    assert.equal((await runRivulet(['fetch', 'open/#', '--url', url])).stdout, 'open/a 1\n')
    assert.match(
      (await runRivulet(['publish', 'open/a', '2', '--url', url])).stderr,
      /^rivulet: an anonymous client may not publish to open\/a: sign in/,
    )
    const wrong = await runRivulet(['fetch', 'open/#', ...asFeed], { environment: { RIVULET_PASSWORD: 'other' } })
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /RIVULET_PASSWORD/)

    const subscriber = new RivuletProcess(['subscribe', 'open/#', '--url', url])
    started.push(subscriber)
    await subscriber.line(/^open\/a 1$/)
    write(settings(everything))
    gateway.signal('SIGHUP')
    await gateway.message(/"applied":\["permissions\.rules"\]/)
    const { code, stderr } = await subscriber.end()
    assert.equal(code, 1)
    assert.match(stderr, /an anonymous client may not subscribe to open\/#: open\/# may not be read any more/)
  })

  test('a reload with mistakes changes nothing and says so', async () => {
    const file = write('log: {level: info}\n')
    const gateway = serve('--config', file)
    await gateway.line(/^ready$/)
    write('log: {level: loud}\n')
    gateway.signal('SIGHUP')
    await gateway.message(/log\.level: expected one of .*cannot be used/)
    write('log: {level: info}\nlimits: {topicsMax: 5}\n')
    gateway.signal('SIGHUP')
    await gateway.message(/"needRestart":\["limits"\]/)
  })

  test('a reload without users opens no listener to everybody that still listens beyond loopback', async () => {
    const file = write('http: {host: 0.0.0.0, port: 0}\nops: {port: 0}\nauth: {}\n')
    const gateway = serve('--config', file)
    const [, port = ''] = await gateway.line(/^websocket ws:\S+:(\d+)\/ws$/)
    await gateway.line(/^ready$/)
    write('log: {level: debug}\n')
    gateway.signal('SIGHUP')
    await gateway.message(/until a restart, http\.host is 0\.0\.0\.0.*those before stay/)
    const { code, stderr } = await runRivulet(['publish', 'a', '1', '--url', `ws://127.0.0.1:${port}/ws`])
    assert.equal(code, 1)
    assert.match(stderr, /wants to know who you are/)
  })
})
