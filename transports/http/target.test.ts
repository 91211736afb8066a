import assert from 'node:assert/strict'
import fc from 'fast-check'
import { suite, test } from 'mocha'
import { parseSelector, selectorMatches } from '../../core/index.js'
import { decodedOnce, pathInUrl, queryOf, selectorOf } from './target.js'

suite('http: what a request is about', () => {
  for (const [written, meant] of [
    ['a/b', 'a/b'],
    ['a+b%2Bc', 'a+b+c'],
    ['a%2Fb', 'a/b'],
    ['%25%34%31', '%41'],
    ['a%20b', 'a b'],
    ['%C3%A9', 'é'],
    ['%F0%9F%98%80', '😀'],
    ['a%00b', 'a\0b'],
    ['%C3', null],
    ['%C0%AF', null],
    ['%ED%A0%80', null],
    ['%', null],
    ['%4', null],
    ['%zz', null],
    ['é', null],
    ['a b', null],
    ['a\nb', null],
  ] as const) {
    test(`${JSON.stringify(written)} ${meant === null ? 'is no text' : `is ${JSON.stringify(meant)}`}`, () => {
      assert.equal(decodedOnce(written), meant)
    })
  }

  test('whatever is percent-encoded comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(decodedOnce(encodeURIComponent(text)), text)
      }),
      { seed: 1 },
    )
  })

  for (const folded of [
    '',
    '/a',
    'a//b',
    'a/',
    '.',
    '..',
    'a/./b',
    'a/../b',
    '%2e%2e/a',
    'a/%2E',
    'a%2F%2Fb',
    'a/..',
  ]) {
    test(`the path ${JSON.stringify(folded)} is refused in a URL, in which it would be folded on the way`, () => {
      assert.ok(typeof pathInUrl(folded) === 'object')
    })
  }

  test('what only looks like a folded level is a name', () => {
    for (const path of ['...', 'a/...', '.a', 'a./b', '..a/b..']) assert.equal(pathInUrl(path), path)
  })

  test('a query has each parameter once, and + means +', () => {
    const query = queryOf('/x?a=1%2B1&b=2+2&c&d==')
    assert.ok(query instanceof Map)
    assert.deepEqual(
      [...query],
      [
        ['a', '1+1'],
        ['b', '2+2'],
        ['c', ''],
        ['d', '='],
      ],
    )
    assert.deepEqual(queryOf('/x?a=1&a=2'), { why: '"a" stands there twice' })
    assert.ok('why' in queryOf('/x?a=%ff'))
    assert.ok('why' in queryOf(`/x?${Array.from({ length: 33 }, (_, index) => `p${index}=`).join('&')}`))
  })

  test('a path is made a selector of that topic and no other [SEM 5.3]', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', '/', '{', '}', ',', '~', '=', '"', '\\', "'", 'é'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(name, name, (path, other) => {
        if (path === '') return
        const parsed = parseSelector(selectorOf(path) ?? '#')
        assert.ok(parsed.kind === 'selector', JSON.stringify(parsed))
        assert.ok(selectorMatches(parsed.selector, path.split('/')))
        assert.equal(selectorMatches(parsed.selector, other.split('/')), other === path)
      }),
      { seed: 1 },
    )
    for (const path of ['', 'a/+', '#', 'a#', 'a\0']) assert.equal(selectorOf(path), null)
  })
})
