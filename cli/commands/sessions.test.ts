import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { aligned } from './sessions.js'

suite('cli: the table of sessions', () => {
  test('columns are what the gateway says of any of them, and stand under one another', () => {
    assert.deepEqual(
      aligned([
        { id: 'a', agent: 'browser' },
        { id: 'bcd', agent: '', owed: 2 },
      ]),
      ['ID   AGENT    OWED', 'a    browser  -', 'bcd  -        2'],
    )
  })

  test('what a client calls itself cannot steer the terminal', () => {
    assert.deepEqual(aligned([{ agent: 'x\u001b[2J\n' }]), ['AGENT', 'x?[2J?'])
  })

  test('without sessions there is no table', () => assert.deepEqual(aligned([]), []))
})
