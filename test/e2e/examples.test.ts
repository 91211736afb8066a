/** The examples as a visitor meets them: started by the command that their README gives. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'mocha'
import { connect } from '../../sdk/index.js'
import { builtCommand } from '../support/docs/workspace.js'
import { needsPeer } from '../support/peers.js'
import { RivuletProcess } from '../support/rivulet-process.js'
import { root } from '../support/tidy/source-file.js'

suite('example embedded-gateway', function () {
  this.timeout(30_000)
  let example: RivuletProcess
  let url = ''

  before(async function () {
    needsPeer(this, 'rivulet', 'is what the example embeds', builtCommand)
    example = new RivuletProcess(['--port', '0'], { script: `${root}examples/embedded-gateway/main.js` })
    const [listens] = await Promise.all([example.line(/subscribe .* --url (ws:\S+)$/), example.line(/^ready$/)])
    url = listens[1] ?? ''
  })
  after(() => example?.kill())

  test('publishes to clients and reads what they publish', async () => {
    await example.line(/^plant\/boilers\/north /)
    const session = await connect(url)
    const [north] = await session.fetch('plant/boilers/north')
    assert.match(JSON.stringify(north?.value), /^\{"celsius":\d+,"burning":true\}$/)
    await session.publish('plant/boilers/east', { celsius: 20 })
    await example.line(/^plant\/boilers\/east \{"celsius":20\}$/)
    await session.close()
  })

  test('ends on Ctrl-C, and readers of its log get the last line', async () => {
    const session = await connect(url, { reconnect: false })
    const log = session.subscribe('plant/log', { since: { count: 100 } })
    const lines: unknown[] = []
    log.on('update', ({ value }) => lines.push(value))
    await log.synced
    example.signal('SIGINT')
    const { code, stdout, stderr } = await example.end()
    assert.deepEqual(lines, ['the burners are lit', 'the burners are out'])
    assert.deepEqual({ code, stderr, last: stdout.trim().split('\n').at(-1) }, { code: 0, stderr: '', last: 'drained' })
  })
})

suite('options of the examples', function () {
  this.timeout(30_000)
  before(function () {
    needsPeer(this, 'rivulet', 'is what the examples embed', builtCommand)
  })

  for (const name of ['embedded-gateway', 'iot-dashboard', 'match-centre', 'trading-screen', 'whiteboard']) {
    for (const [args, message] of [
      [['--porf', '1'], /^Unknown option '--porf'\nOptions here, with their defaults: --port 8080/],
      [['--port', 'abc'], /^--port is a whole number, and not 'abc'\nOptions here/],
    ] as const) {
      test(`${name} ${args.join(' ')} is told in words, and not with a stack`, async () => {
        const { code, stderr } = await new RivuletProcess(args, { script: `${root}examples/${name}/main.js` }).end()
        assert.equal(code, 2)
        assert.match(stderr, message)
        assert.equal(stderr.trim().split('\n').length, 2)
      })
    }
  }
})
