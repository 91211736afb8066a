import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { changedSettings } from './changes.js'

suite('cli: changed settings', () => {
  test('changes are named by key, apart by whether they hold at once, and without values', () => {
    const before = { http: { port: 1, host: 'a' }, auth: { users: [{ name: 'ann' }] }, log: { level: 'info' } }
    const after = { http: { port: 2, host: 'a' }, auth: { users: [] }, log: { level: 'info' }, topics: { rules: [] } }
    assert.deepEqual(changedSettings(before, after), { applied: ['auth.users', 'topics'], needRestart: ['http.port'] })
  })

  test('the same settings are no change', () => {
    assert.deepEqual(changedSettings({ a: { b: [1] } }, { a: { b: [1] } }), { applied: [], needRestart: [] })
  })
})
