import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { nearest } from './nearest.js'

suite('cli: nearest name', () => {
  for (const [found, expected] of [
    ['prot', 'port'],
    ['pot', 'port'],
    ['portt', 'port'],
    ['PORT', 'port'],
    ['message-bytes-max', 'messageBytesMax'],
    ['mesageBytesMax', 'messageBytesMax'],
    ['x', null],
    ['colour', null],
    ['', null],
  ] as const) {
    test(`${JSON.stringify(found)} means ${expected}`, () => {
      assert.equal(nearest(found, ['host', 'port', 'messageBytesMax']), expected)
    })
  }
})
