/** The demo as a visitor sees it: the built package, its page in a browser. */
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, suite, test } from 'mocha'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { builtCommand } from '../support/docs/workspace.js'
import { needsPeer } from '../support/peers.js'
import { RivuletProcess, runRivulet } from '../support/rivulet-process.js'

const threeHundredOrMore = /^([3-9]\d\d|[\d,]{4,})$/
const below200 = /^1?\d{1,2}$/

const freePorts = ['--set', 'http.port=0', '--set', 'ops.port=0', '--set', 'transports.mqtt.port=0']

suite('demo', function () {
  this.timeout(60_000)
  let demo: RivuletProcess
  let page = ''
  let url = ''

  before(async function () {
    needsPeer(this, 'rivulet', 'is what is tested', builtCommand)
    demo = new RivuletProcess(['demo', ...freePorts])
    const lines = [demo.line(/^Open {2}(http:\S+)/), demo.line(/subscribe .* --url (ws:\S+)$/), demo.line(/^ready$/)]
    const [opened, subscribed] = await Promise.all(lines)
    page = opened?.[1] ?? ''
    url = subscribed?.[1] ?? ''
  })
  after(() => demo?.kill())

  test('what it says to try works', async () => {
    const { code, stdout } = await runRivulet(['subscribe', 'index/sp500', '--json', '--count', '3', '--url', url])
    const closes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).value.close)
    assert.equal(code, 0)
    assert.equal(closes.filter((close) => close > 100).length, 3)
  })

  test('what it says to try with curl works', async () => {
    const [[, streamUrl = ''], [, valueUrl = '']] = await Promise.all([
      demo.line(/curl -N '(http:\S+)'$/),
      demo.line(/curl (http:\S+\/api\/\S+)$/),
    ])
    assert.match(await (await fetch(valueUrl)).text(), /"close":\d+/)
    const leaving = new AbortController()
    const stream = await fetch(streamUrl, { signal: leaving.signal })
    assert.equal(stream.headers.get('content-type'), 'text/event-stream')
    leaving.abort()
  })

  test('a path that is not of the page is not served', async () => {
    const statuses = ['client.js', 'page.js', '../package.json', 'data/stocks.tsv', 'nothing'].map(async (name) => {
      return (await fetch(page + name)).status
    })
    assert.deepEqual(await Promise.all(statuses), [200, 200, 404, 404, 404])
  })

  suite('page', () => {
    let browser: Browser
    let tab: Page
    const faults: string[] = []

    before(async function () {
      const executablePath = needsPeer(this, 'chromium', 'shows the demo page')
      browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
      tab = await browser.newPage()
      tab.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
      tab.on('pageerror', (error) => faults.push(error.message))
      // Whatever the page wants from elsewhere would be a fault as well.
      await tab.route('**', (route) => (route.request().url().startsWith(page) ? route.continue() : route.abort()))
      await tab.goto(page)
    })
    after(() => browser?.close())

    const text = (id: string) => tab.locator(`#${id}`).innerText()
    const settles = (id: string, pattern: RegExp) => tab.locator(`#${id}`, { hasText: pattern }).waitFor()

    test('shows live values and what they cost', async () => {
      await settles('state', /^live$/)
      await settles('index-close', /^[\d,]+\.\d\d$/)
      await settles('updates', /^\d+$/)
      await settles('saved', /%$/)
      assert.match(await text('plain'), /^\d+\.\d KB$/)
      assert.ok((await tab.locator('#stocks tr').count()) >= 4)
      await settles('sessions', /rivulet demo page/)
    })

    test('shows values of an event stream, and the code that reads them', async () => {
      await settles('streamed', /^\d+\.\d\d {2}stocks\/AAPL$/m)
      const before = await text('streamed')
      await tab.locator('#streamed', { hasNotText: before }).waitFor()
      await settles('stream-code', /^const stream = new EventSource\('\/sse\?topic=stocks\/%23&rate=1\/s'\)$/m)
      await tab.locator('#sessions tr', { hasText: 'sse' }).waitFor()
    })

    test('the slider thins what is received, and lets it come again', async () => {
      await settles('updates', threeHundredOrMore)
      await tab.locator('#rate').fill('0')
      await settles('rate-text', /once in 10 s/)
      await settles('updates', below200)
      await tab.locator('#rate').fill('8')
      await settles('updates', threeHundredOrMore)
    })

    test('has no fault and asks for nothing from elsewhere', () => assert.deepEqual(faults, []))
  })

  test('Ctrl-C ends it with 0', async () => {
    const other = new RivuletProcess(['demo', ...freePorts])
    await other.line(/^ready$/)
    other.signal('SIGINT')
    assert.equal((await other.end()).code, 0)
  })

  test('a broker at the usual port of MQTT does not stop it', async () => {
    // Where there is one already, so much the better.
    const broker = createServer().on('error', (error) => assert.match(error.message, /EADDRINUSE/))
    await new Promise((resolve) => broker.once('listening', resolve).once('error', resolve).listen(1883, '127.0.0.1'))
    const other = new RivuletProcess(['demo', '--set', 'http.port=0', '--set', 'ops.port=0'])
    await Promise.all([other.message(/^port 1883 is taken: a free one is chosen$/), other.line(/^ready$/)])
    await other.kill()
    broker.close()
  })
})
