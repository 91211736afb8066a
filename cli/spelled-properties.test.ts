import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { defaultProperties } from '../core/index.js'
import { differences, unusualProperties } from './spelled-properties.js'

const history = { count: 3, ageMs: 60_000, bytes: null }

suite('cli: properties in words', () => {
  test('a topic as usual has nothing to be listed, not even its delivery', () => {
    assert.deepEqual(unusualProperties(defaultProperties), [])
    assert.deepEqual(unusualProperties({ ...defaultProperties, delivery: 'all', keep: false, history }), [
      'delivery=all',
      'keep=false',
      'history.count=3',
      'history.age=60000ms',
    ])
  })

  test('a topic that exists otherwise is told by what differs, and not as JSON', () => {
    const found = { ...defaultProperties, priority: 0, owner: 'ann' } as const
    assert.deepEqual(differences({ priority: 1, delivery: 'latest', history }, found), [
      'priority is 0, not 1',
      'history.count is not set, not 3',
      'history.age is not set, not 60000ms',
      'owner is ann',
    ])
    assert.deepEqual(differences({}, found), ['priority is 0, not 2', 'owner is ann'])
    assert.deepEqual(differences({ priority: 0, owner: 'ann' }, found), [])
  })
})
