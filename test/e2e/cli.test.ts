/** The commands as a user types them, against the built package. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'mocha'
import { connect } from '../../sdk/index.js'
import { builtCommand } from '../support/docs/workspace.js'
import { needsPeer } from '../support/peers.js'
import { RivuletProcess, runRivulet } from '../support/rivulet-process.js'

const freePorts = ['--set', 'http.port=0', '--set', 'ops.port=0', '--set', 'transports.mqtt.port=0']

suite('command line', function () {
  this.timeout(20_000)
  let gateway: RivuletProcess
  let url: string
  let ops: string

  before(async function () {
    needsPeer(this, 'rivulet', 'is what is tested', builtCommand)
    gateway = new RivuletProcess(['serve', ...freePorts])
    const lines = [gateway.line(/^websocket (ws:\S+)$/), gateway.line(/^ops (http:\S+)$/), gateway.line(/^ready$/)]
    const [listening, operating] = await Promise.all(lines)
    url = listening?.[1] ?? ''
    ops = operating?.[1] ?? ''
  })
  after(() => gateway?.kill())

  const rivulet = (args: readonly string[], input = '') =>
    runRivulet(args, { input, environment: { RIVULET_URL: url } })

  async function printed(args: readonly string[], input = ''): Promise<string> {
    const { code, stdout, stderr } = await rivulet(args, input)
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return stdout
  }

  test('what is published can be fetched, as a line or as JSON', async () => {
    assert.equal(await printed(['publish', 'shop/rose', '{"price": 3}']), '')
    assert.equal(await printed(['fetch', 'shop/#']), 'shop/rose {"price": 3}\n')
    const { version, ...others } = JSON.parse(await printed(['fetch', 'shop/rose', '--json']))
    assert.deepEqual(others, { path: 'shop/rose', type: 'json', value: { price: 3 }, snapshot: true })
    assert.match(version, /^[\w-]+$/)
  })

  test('types and properties are what was asked for', async () => {
    await printed(['publish', 'kinds/big', '9007199254740993', '--type', 'int64', '--create', 'history.count=5'])
    await printed(['publish', 'kinds/bytes', 'AAE=', '--type', 'binary'])
    assert.equal(await printed(['fetch', 'kinds/+']), 'kinds/big 9007199254740993\nkinds/bytes base64:AAE=\n')
    const big = JSON.parse(await printed(['topics', 'show', 'kinds/big']))
    assert.equal(big.value, '9007199254740993')
    assert.equal(big.properties.history.count, 5)
  })

  test('a subscriber is given the current values, then changes, and ends at its count', async () => {
    await printed(['publish', 'news/a', 'one'])
    const subscriber = new RivuletProcess(['subscribe', 'news/#', '--count', '2', '--json', '--url', url])
    assert.equal(JSON.parse((await subscriber.line(/^\{/)).input ?? '').snapshot, true)
    await printed(['publish', 'news/b', 'two'])
    const { code, stdout } = await subscriber.end()
    const updates = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(code, 0)
    assert.deepEqual(
      updates.map(({ path, type, value, snapshot }) => [path, type, value, snapshot]),
      [
        ['news/a', 'string', 'one', true],
        ['news/b', 'string', 'two', false],
      ],
    )
  })

  test('several selectors, without a snapshot, told of a removal, until Ctrl-C', async () => {
    await printed(['publish', 'right/a', '1'])
    const subscriber = new RivuletProcess(['subscribe', 'left/+', 'right/a', '--no-snapshot', '--url', url])
    await watched(['left/+', 'right/a'])
    await printed(['publish', 'right/a', '2'])
    await subscriber.line(/^right\/a 2$/)
    await printed(['publish', 'left/a', '1'])
    await subscriber.line(/^left\/a 1$/)
    await printed(['topics', 'remove', 'left/a'])
    await subscriber.line(/^left\/a \(removed\)$/)
    subscriber.signal('SIGINT')
    const { code, stdout } = await subscriber.end()
    assert.deepEqual({ code, stdout }, { code: 0, stdout: 'right/a 2\nleft/a 1\nleft/a (removed)\n' })
  })

  test('a reader that closes the pipe ends the subscriber in good order, and its session with it', async () => {
    const subscriber = new RivuletProcess(['subscribe', 'pipe/+', '--url', url])
    await watched(['pipe/+'])
    await printed(['publish', 'pipe/a', '1'])
    await subscriber.line(/^pipe\/a 1$/)
    subscriber.stopReading()
    await printed(['publish', 'pipe/a', '2'])
    const { code, stderr } = await subscriber.end()
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.deepEqual(await sessionsThatRead('pipe/+'), [])
  })

  test('a value that is no JSON ends no reader: it is shown as it came, marked, with a note [SEM 4.4]', async () => {
    const session = await connect(url, { reconnect: false })
    await session.publish('broken/a', Buffer.from('{"a":'), { type: 'json' })
    await session.publish('broken/b', { b: 1 })
    await session.close()
    const plain = 'broken/a {"a":\nbroken/b {"b":1}\n'
    for (const command of ['fetch', 'subscribe']) {
      const ended = await rivulet([command, 'broken/#', ...(command === 'subscribe' ? ['--count', '2'] : [])])
      assert.deepEqual([ended.code, ended.stdout], [0, plain])
      assert.match(ended.stderr, /^rivulet: broken\/a: the value is not valid json: .*; it is shown as it came\n$/)
    }
    for (const command of [['fetch'], ['topics', 'list']]) {
      const { code, stdout } = await rivulet([...command, 'broken/#', '--json'])
      const [first, second] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      assert.deepEqual([code, first.value, first.invalid, second.value], [0, '{"a":', true, { b: 1 }])
    }
  })

  test('bad JSON published without a type is told to be a string', async () => {
    const { code, stderr } = await rivulet(['publish', 'drafts/x', '{bad json'])
    assert.equal(code, 0)
    assert.match(stderr, /^rivulet: the value is a string, since it is not JSON/)
    assert.equal(JSON.parse(await printed(['topics', 'show', 'drafts/x'])).type, 'string')
  })

  test('what two selectors match is printed and counted once, and not twice [SEM 2.1]', async () => {
    await printed(['publish', 'twice/a', '1'])
    await printed(['publish', 'twice/b', '2'])
    assert.equal(await printed(['fetch', 'twice/b', 'twice/#']), 'twice/b 2\ntwice/a 1\n')
    const lines = await printed(['subscribe', 'twice/b', 'twice/#', '--count', '2'])
    assert.deepEqual(lines.trim().split('\n').sort(), ['twice/a 1', 'twice/b 2'])
  })

  test('a fetch that finds nothing says so, and is no failure', async () => {
    const { code, stdout, stderr } = await rivulet(['fetch', 'nope', 'twice/+'])
    assert.deepEqual([code, stdout.length > 0], [0, true])
    assert.equal(stderr, 'rivulet: no topic with a value matches nope\n')
  })

  test('a rate thins a fast topic, and the last value arrives all the same', async () => {
    const subscriber = new RivuletProcess(['subscribe', 'fast/+', '--rate', '5/s', '--url', url])
    await watched(['fast/+'])
    await printed(['publish', 'fast/a', '-'], Array.from({ length: 2_000 }, (_, index) => `${index}\n`).join(''))
    await subscriber.line(/^fast\/a 1999$/)
    subscriber.signal('SIGTERM')
    const { code, stdout } = await subscriber.end()
    assert.equal(code, 0)
    assert.ok(stdout.split('\n').length < 200, `${stdout.split('\n').length} lines`)
  })

  test('values are read from standard input, one a line, and a refused one fails the command but not the others', async () => {
    await printed(['topics', 'create', 'numbers/a', 'type=int64', 'delivery=all', 'history.count=10'])
    const { code, stderr } = await rivulet(['publish', 'numbers/a', '-', '--type', 'int64'], '1\ntwo\n3\n')
    assert.equal(code, 1)
    assert.match(stderr, /^rivulet: line 2: .*two\nrivulet: 1 of 3 lines were refused/)
    assert.equal(await printed(['fetch', 'numbers/a']), 'numbers/a 3\n')
  })

  test('topics are created, listed, shown and removed', async () => {
    await printed(['topics', 'create', 'garden/tree', 'delivery=all', 'priority=0'])
    assert.equal(await printed(['topics', 'list', 'garden/#']), 'garden/tree no value delivery=all priority=0\n')
    const again = await rivulet(['topics', 'create', 'garden/tree', 'priority=1'])
    assert.equal(again.code, 1)
    assert.match(
      again.stderr,
      /^rivulet: garden\/tree exists with other properties: priority is 0, not 1; delivery is all, not latest; /,
    )
    assert.equal(JSON.parse(await printed(['topics', 'list', 'garden/#', '--json'])).properties.priority, 0)
    assert.equal(JSON.parse(await printed(['topics', 'show', 'garden/tree'])).properties.delivery, 'all')
    assert.equal(await printed(['topics', 'remove', 'garden/#']), '1 removed\n')
    assert.equal((await rivulet(['topics', 'show', 'garden/tree'])).code, 1)
  })

  test('sessions are listed, shown and ended', async () => {
    const subscriber = new RivuletProcess(['subscribe', 'quiet/+', '--url', url])
    await watched(['quiet/+'])
    const [id = ''] = await sessionsThatRead('quiet/+')
    assert.match(await printed(['sessions', 'list']), new RegExp(`^ID .*\\n(.*\\n)*${id} +- +anonymous +websocket`))
    assert.equal(JSON.parse(await printed(['sessions', 'show', id])).owed, 0)
    assert.equal(await printed(['sessions', 'remove', id]), '1 removed\n')
    const { code, stderr } = await subscriber.end()
    assert.equal(code, 1)
    assert.match(stderr, /removed by an administrator/)
    assert.equal((await rivulet(['sessions', 'show', id])).code, 1)
  })

  suite('what goes wrong', () => {
    for (const [why, args, code, message] of [
      [
        'no gateway',
        ['fetch', 'a', '--url', 'ws://127.0.0.1:9/ws'],
        1,
        /^rivulet: no gateway answers at ws:\/\/127\.0\.0\.1:9\/ws .*`rivulet serve`/,
      ],
      ['an unknown command', ['subscrib', 'a'], 2, /^rivulet: unknown command 'subscrib' \(Did you mean subscribe\?\)/],
      ['help about an unknown command', ['nonsense', '--help'], 2, /^rivulet: unknown command 'nonsense'/],
      ['help for an unknown command', ['help', 'nonsense'], 2, /^rivulet: unknown command 'nonsense'/],
      ['help about an unknown command of topics', ['topics', 'nonsense', '-h'], 2, /unknown command 'nonsense'/],
      [
        'a path of the URL where no gateway is',
        ['fetch', 'a', '--url', 'HERE/elsewhere'],
        1,
        /^rivulet: something answers at ws:.*, but no gateway at this path \(HTTP 404\): the usual one is \/ws/,
      ],
      [
        'a path that belongs to the gateway',
        ['publish', '$SYS/x', '1'],
        1,
        /may not publish to \$SYS\/x: first levels that begin with \$/,
      ],
      [
        'an unknown option',
        ['subscribe', 'a', '--rte', '1/s'],
        2,
        /Did you mean --rate\?\); see `rivulet subscribe --help`/,
      ],
      ['no selector', ['fetch'], 2, /missing required argument 'selector'; see `rivulet fetch --help`/],
      ['no value', ['publish', 'a'], 2, /give a value, or - to read one a line/],
      ['a value that is no JSON', ['publish', 'v/bad', '{"a":', '--type', 'json'], 2, /the value is not JSON/],
      ['a value that is no base64', ['publish', 'bin', '***', '--type', 'binary'], 2, /the value is not base64/],
      ['a path with a wildcard', ['publish', 'a/#', '1'], 2, /invalidPath/],
      ['a wrong selector', ['subscribe', 'a/#/b'], 2, /expected # at the end only/],
      ['a wrong rate', ['subscribe', 'a', '--rate', 'often'], 2, /expected updates per time, such as 2\/s/],
      ['a wrong count', ['subscribe', 'a', '--count', '0'], 2, /expected a whole number above 0/],
      ['a wrong property', ['publish', 'a', '1', '--create', 'priority=9'], 2, /^rivulet: priority: expected 0/],
      ['a URL of another kind', ['fetch', 'a', '--url', 'http://127.0.0.1'], 2, /expected a URL such as ws:/],
      [
        'no such session',
        ['sessions', 'show', 'nobody'],
        1,
        /there is no session nobody: .rivulet sessions list. shows all/,
      ],
    ] as const) {
      test(`${why} ends with ${code} and one line that says what to do`, async () => {
        const ended = await rivulet(args.map((arg) => arg.replace(/^HERE/, new URL(url).origin)))
        assert.deepEqual({ code: ended.code, stdout: ended.stdout }, { code, stdout: '' })
        assert.match(ended.stderr, message)
        assert.equal(ended.stderr.trim().split('\n').length, 1)
      })
    }
  })

  for (const args of [[], ['topics'], ['sessions']]) {
    test(`rivulet ${args.join(' ')} alone prints its help, and no line about an internal word`, async () => {
      const { code, stderr } = await rivulet(args)
      assert.equal(code, 2)
      assert.match(stderr, /^Usage: rivulet/)
      assert.doesNotMatch(stderr, /outputHelp|rivulet:/)
    })
  }

  test('help names every command, and each option its default', async () => {
    const help = await printed(['--help'])
    for (const name of ['serve', 'publish', 'subscribe', 'fetch', 'topics', 'sessions', 'check', 'demo']) {
      assert.match(help, new RegExp(`^  ${name} `, 'm'))
    }
    assert.match(help, /http:\/\/127\.0\.0\.1:8080\/api\/v1\/ .* \/sse\?topic=/)
    const paths = (await printed(['serve', '--help'])).match(/ \/\S+(?= {2})/g)
    assert.deepEqual(paths, [' /ws', ' /sse', ' /api/v1/', ' /mqtt'])
    assert.match(await printed(['subscribe', '--help']), /--rate <rate> +.*default: as they come/s)
    assert.match(await printed(['--version']), /^\d+\.\d+\.\d+\n$/)
  })

  test('operators see that it lives, that it is ready, and its counters', async () => {
    assert.equal(await (await fetch(`${ops}/healthz`)).text(), 'alive\n')
    assert.equal(await (await fetch(`${ops}/readyz`)).text(), 'ready\n')
    assert.match(await (await fetch(`${ops}/metrics`)).text(), /^rivulet_published_total [1-9]/m)
  })

  /** Returns when each of the selectors has a reader. */
  async function watched(selectors: readonly string[]): Promise<void> {
    for (const selector of selectors) while ((await sessionsThatRead(selector)).length === 0);
  }

  async function sessionsThatRead(selector: string): Promise<string[]> {
    const lines = (await printed(['sessions', 'list', '--json'])).trim().split('\n')
    const ids = lines.map((line): string => JSON.parse(line).id)
    const shown = await Promise.all(ids.map((id) => rivulet(['sessions', 'show', id])))
    const isRead = (report: string) => JSON.stringify(JSON.parse(report).subscriptions).includes(`"${selector}"`)
    return ids.filter((_, index) => shown[index]?.code === 0 && isRead(shown[index]?.stdout ?? '{}'))
  }
})
