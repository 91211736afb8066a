import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { recordings } from '../../tools/record-demo.js'
import type { Feed, Publication } from './feed.js'
import { recordedFeeds } from './feeds/index.js'
import { OfferedBytes } from './offered.js'
import { Player } from './player.js'
import { parseTable, readRecording } from './recording.js'

/** A clock that passes when told to, and runs what is due on the way. */
function virtualClock() {
  let now = 0
  let tasks: { readonly atMs: number; readonly task: () => void }[] = []
  return {
    nowMs: () => now,
    timeMs: () => now,
    after(delayMs: number, task: () => void) {
      const entry = { atMs: now + delayMs, task }
      tasks.push(entry)
      return () => {
        tasks = tasks.filter((other) => other !== entry)
      }
    },
    advance(ms: number) {
      const end = now + ms
      for (;;) {
        const [next] = tasks.filter(({ atMs }) => atMs <= end).sort((one, other) => one.atMs - other.atMs)
        if (next === undefined) break
        tasks = tasks.filter((other) => other !== next)
        now = Math.max(now, next.atMs)
        next.task()
      }
      now = end
    },
    /** Time passes while nothing runs, as in a laptop that sleeps. */
    sleep(ms: number) {
      now += ms
    },
  }
}

function counting(rowsPerSecond: number): Feed {
  return {
    name: 'count',
    about: '',
    rowsPerSecond,
    *replay() {
      for (let count = 1; ; count += 1) yield [{ path: 'count', value: { count } }]
    },
  }
}

suite('cli: demo player', () => {
  test('rows come at the pace of their feed', () => {
    const clock = virtualClock()
    const published: Publication[] = []
    const player = new Player(clock, [counting(3)], (publication) => published.push(publication))
    player.start()
    clock.advance(10_000)
    assert.equal(published.length, 30)
    assert.deepEqual(published[29], { path: 'count', value: { count: 30 } })
  })

  test('a player that is stopped publishes no more', () => {
    const clock = virtualClock()
    const published: Publication[] = []
    const player = new Player(clock, [counting(100)], (publication) => published.push(publication))
    player.start()
    clock.advance(100)
    player.stop()
    clock.advance(10_000)
    assert.equal(published.length, 10)
  })

  test('after a long sleep the player makes up for a second at most', () => {
    const clock = virtualClock()
    const published: Publication[] = []
    const player = new Player(clock, [counting(100)], (publication) => published.push(publication))
    player.start()
    clock.sleep(3_600_000)
    clock.advance(20)
    assert.ok(published.length <= 102, `${published.length} rows`)
  })

  test('the recordings publish thousands of topics as JSON objects that never lack a figure', () => {
    const paths = new Set<string>()
    for (const feed of recordedFeeds()) {
      const rows = feed.replay()
      for (let count = 0; count < 11_000; count += 1) for (const publication of rows.next().value) check(publication)
    }
    function check({ path, value }: Publication): void {
      paths.add(path)
      assert.match(path, /^[a-z]+(\/[A-Za-z0-9-]+)+$/)
      for (const [name, figure] of Object.entries(value))
        assert.ok(figure !== '' && !Number.isNaN(figure), `${path} ${name}`)
    }
    assert.ok(paths.size > 4_000, `${paths.size} topics`)
  })

  test('what is committed is what the public package holds', () => {
    for (const name of ['stocks', 'index', 'weather', 'airports', 'flights', 'football', 'earthquakes'] as const) {
      assert.deepEqual(readRecording(name), parseTable(recordings()[name] ?? ''), name)
    }
  })

  test('the price of sending everything whole is counted in bytes, not letters', () => {
    const offered = new OfferedBytes()
    offered.add({ path: 'a', value: {} }, '{"team":"München"}')
    const frame = '{"path":"a","value":{"team":"München"},"version":"0123456789abcdef-1234567","time":1763683200000}'
    assert.deepEqual(offered.total(), { updates: 1, bytes: frame.length + 1 + 4 })
  })
})
