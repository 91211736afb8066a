import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Printable } from './output.js'
import { jsonLine, plainLine } from './output.js'

function update(type: string, text: string, value: unknown = text, more: Partial<Printable> = {}): Printable {
  const bytes = Buffer.from(text, 'latin1')
  return { path: 'a/b', type, value, bytes, version: 'v1', snapshot: false, removed: false, ...more }
}

suite('cli: output', () => {
  for (const [why, given, expected] of [
    ['JSON as the publisher wrote it', update('json', '{"bid": 1.10}', { bid: 1.1 }), 'a/b {"bid": 1.10}'],
    ['JSON over several lines on one', update('json', '{\n "bid": 1\n}', { bid: 1 }), 'a/b {"bid":1}'],
    ['text with a line feed on one line', update('string', 'one\ntwo'), 'a/b one\\u000atwo'],
    ['text that would steer a terminal without effect', update('string', '\u001b[2J'), 'a/b \\u001b[2J'],
    ['binary in base64, marked', update('binary', '\u0000\u0001'), 'a/b base64:AAE='],
    ['a number as text', update('double', '21.5', 21.5), 'a/b 21.5'],
    ['a removal in brackets', update('json', '', undefined, { removed: true }), 'a/b (removed)'],
    ['a path that would break the line escaped', update('string', 'x', 'x', { path: 'a\nb' }), 'a\\u000ab x'],
  ] as const) {
    test(`plain lines show ${why}`, () => assert.equal(plainLine(given), expected))
  }

  for (const [why, given, expected] of [
    [
      'the value itself',
      update('json', '{}', { bid: 1 }, { snapshot: true }),
      { type: 'json', value: { bid: 1 }, snapshot: true },
    ],
    [
      'big whole numbers as text',
      update('int64', '', 2n ** 60n),
      { type: 'int64', value: '1152921504606846976', snapshot: false },
    ],
    [
      'binary in base64',
      update('binary', '', new Uint8Array([0, 1])),
      { type: 'binary', value: { base64: 'AAE=' }, snapshot: false },
    ],
    [
      'removals',
      update('json', '', undefined, { removed: true }),
      { type: 'json', value: null, snapshot: false, removed: true },
    ],
  ] as const) {
    test(`JSON lines show ${why}`, () => {
      assert.deepEqual(JSON.parse(jsonLine(given)), { path: 'a/b', version: 'v1', ...expected })
    })
  }
})
