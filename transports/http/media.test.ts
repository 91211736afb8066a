import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Attributes, ValueType } from '../../core/index.js'
import { contentTypeOf, typedBy } from './media.js'

const said = (contentType: string): Attributes => ({
  ...{ pairs: [], contentType, isText: false, replyPath: null, correlation: null },
})

suite('http: media types', () => {
  for (const [field, type, kept] of [
    [null, null, null],
    ['application/x-www-form-urlencoded', null, null],
    ['application/json', 'json', null],
    ['Application/JSON; charset=utf-8', 'json', null],
    ['text/plain;charset=UTF-8', 'string', null],
    ['text/plain; charset="us-ascii"', 'string', null],
    ['application/octet-stream', 'binary', null],
    ['text/csv', 'string', 'text/csv'],
    ['application/geo+json', 'json', 'application/geo+json'],
    ['image/png', 'binary', 'image/png'],
  ] as const) {
    test(`a body that is ${field ?? 'not said to be anything'} is ${type ?? 'what it looks like'} [SEM 4.4]`, () => {
      const typed = typedBy(field, undefined)
      assert.ok(!('status' in typed))
      assert.deepEqual([typed.type, typed.attributes?.contentType ?? null], [type, kept])
    })
  }

  for (const field of [
    'text/plain; charset=latin1',
    'text/csv; charset=utf-16',
    'nonsense',
    'a/b; c',
    'multipart/form-data; boundary=x',
    `a/${'b'.repeat(300)}`,
    'a/b\u00e9',
  ]) {
    test(`a body that is ${field.slice(0, 40)} is not taken`, () => {
      const typed = typedBy(field, undefined)
      assert.ok('status' in typed && typed.status === 415)
    })
  }

  test('the type that the query asks for goes before', () => {
    const typed = typedBy('text/plain', 'int64')
    assert.ok(!('status' in typed) && typed.type === 'int64')
    const unknown = typedBy(null, 'text')
    assert.ok('status' in unknown && unknown.code === 'invalidQuery')
  })

  for (const [type, publisher, expected] of [
    ['json', null, 'application/json'],
    ['string', null, 'text/plain; charset=utf-8'],
    ['int64', null, 'text/plain; charset=utf-8'],
    ['double', null, 'text/plain; charset=utf-8'],
    ['binary', null, 'application/octet-stream'],
    ['binary', 'image/png', 'image/png'],
    ['binary', 'image/png\r\nset-cookie: a=b', 'application/octet-stream'],
    ['binary', 'no media type', 'application/octet-stream'],
    ['json', 'application/geo+json', 'application/geo+json'],
    ['json', 'text/html', 'application/json'],
    ['string', 'text/csv', 'text/csv'],
    ['string', 'image/png', 'text/plain; charset=utf-8'],
    ['int64', 'text/html', 'text/plain; charset=utf-8'],
  ] as const satisfies readonly (readonly [ValueType, string | null, string])[]) {
    test(`a ${type} of which the publisher said ${JSON.stringify(publisher)} is given as ${expected}`, () => {
      assert.equal(contentTypeOf(type, publisher === null ? null : said(publisher)), expected)
    })
  }
})
