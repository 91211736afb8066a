import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, suite, test } from 'mocha'
import type { Statistics } from '../core/index.js'
import { createMetrics } from './metrics.js'

const statistics: Statistics = {
  epoch: '0123456789abcdef',
  sessions: 3,
  links: 2,
  blockedLinks: 1,
  topics: 40,
  subscriptions: 5,
  owed: 6,
  valueBytes: 7,
  historyBytes: 8,
  baseBytes: 9,
  published: 100,
  flushes: 50,
  updates: 500,
  bytesOut: 5_000,
  conflated: 11,
  gaps: 0,
  dropped: 14,
  resumed: 12,
  resynchronised: 13,
  failures: 0,
  refused: { forbidden: 7, limitReached: 1 },
  closed: { keepAliveTimeout: 4, bye: 2 },
  longestTurnMs: 2.5,
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

suite('ops: metrics', () => {
  const now = { ...statistics }
  const metrics = createMetrics({
    gateway: () => now,
    http: () => ({ connections: 2, 'refused.rate': 1 }),
    transports: () => [['websocket', { 'refused.origin': 3 }]],
  })

  after(() => metrics.close())

  test('counters and gauges are what the gateway says now, scrape after scrape', async () => {
    await metrics.text()
    now.published = 250
    const shown = lines(await metrics.text())
    assert.ok(shown.includes('rivulet_published_total 250'))
    assert.ok(shown.includes('rivulet_sessions 3'))
    assert.ok(shown.includes('rivulet_deliveries_total 500'))
    assert.ok(shown.includes('rivulet_longest_turn_seconds 0.0025'))
  })

  test('closed links are told by reason, and listeners by what they count', async () => {
    const shown = lines(await metrics.text())
    for (const line of [
      'rivulet_links_closed_total{reason="keepAliveTimeout"} 4',
      'rivulet_connections{transport="http"} 2',
      'rivulet_transport_events_total{transport="websocket",event="refused.origin"} 3',
    ]) {
      assert.ok(shown.includes(line), line)
    }
  })

  test('refusals are told by their code', async () => {
    const shown = lines(await metrics.text())
    assert.ok(shown.includes('rivulet_refused_total{code="forbidden"} 7'))
    assert.ok(shown.includes('rivulet_refused_total{code="limitReached"} 1'))
  })

  test('a scrape takes nothing away from the next, so that two scrapers see the same', async () => {
    const delays = async () => lines(await metrics.text()).filter((line) => line.startsWith('rivulet_event_loop_delay'))
    const first = await delays()
    assert.equal(first.length, 4)
    assert.deepEqual(await delays(), first)
  })

  test('every metric is found in the documents for operators, and not in the source alone', async () => {
    const page = readFileSync(new URL('../docs/operating/metrics.md', import.meta.url), 'utf8')
    const names = new Set(lines(await metrics.text()).map((line) => line.split(/[ {]/, 1)[0] ?? ''))
    const missing = [...names].filter((name) => !page.includes(`\`${name}`))
    assert.deepEqual(missing, [])
  })

  test('every number of the statistics is shown, so that none is counted for nothing', async () => {
    const text = await metrics.text()
    const counts = Object.values(statistics).filter((value) => typeof value === 'number')
    const own = new Set(lines(text).map((line) => line.split(/[ {]/)[0])).size
    assert.ok(own >= counts.length, `${own} metrics for ${counts.length} numbers`)
  })

  test('the process tells its time, memory and the delay of its loop', async () => {
    const text = await metrics.text()
    assert.match(text, /^process_cpu_seconds_total \d/m)
    assert.match(text, /^rivulet_loop_busy_seconds_total \d/m)
    assert.match(text, /^process_resident_memory_bytes \d{6,}/m)
    assert.match(text, /^rivulet_event_loop_delay_seconds\{quantile="0.99"\} \d/m)
  })
})
