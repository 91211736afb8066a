import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { createLog } from './log.js'

function capture() {
  const lines: string[] = []
  return { log: createLog('info', { write: (line) => lines.push(line) }), lines }
}

suite('ops: log', () => {
  test('an event is one line of JSON with its level, time, members and sentence', () => {
    const { log, lines } = capture()
    log.warn({ port: 8080 }, 'port in use')
    assert.equal(lines.length, 1)
    const { time, ...event } = JSON.parse(lines[0] ?? '')
    assert.deepEqual(event, { level: 'warn', port: 8080, msg: 'port in use' })
    assert.match(time, /^\d{4}-\d\d-\d\dT.*Z$/)
  })

  test('secrets do not reach the log, at the top or below', () => {
    const { log, lines } = capture()
    log.info({ token: 'abc', credentials: { user: 'ann', password: 'geheim' } }, 'connected')
    assert.match(lines[0] ?? '', /"user":"ann"/)
    assert.doesNotMatch(lines[0] ?? '', /abc|geheim/)
  })

  test('an error is written with its stack and cause', () => {
    const { log, lines } = capture()
    log.error({ err: new Error('broken', { cause: new Error('the root of it') }) }, 'ended')
    assert.match(lines[0] ?? '', /log\.test\.ts/)
    assert.match(lines[0] ?? '', /the root of it/)
  })

  test('the level can change while running', () => {
    const { log, lines } = capture()
    log.debug({}, 'unseen')
    log.level = 'debug'
    log.debug({}, 'seen')
    assert.equal(log.level, 'debug')
    assert.equal(lines.length, 1)
  })
})
