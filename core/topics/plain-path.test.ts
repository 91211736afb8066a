import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { pathLevelsMax, selectorCharactersMax } from './limits.js'
import { selectorOfPlainPath } from './plain-path.js'
import { parseSelector } from './selector.js'

suite('the selector of a plain path', () => {
  for (const path of ['a', 'a/b/c', '/', 'a//b', '/a/', ' ', '$SYS/uptime', 'été/°C', 'a\\b', '.', '../a', '!&*()'])
    test(`of ${JSON.stringify(path)} is what reading it gives`, () => {
      assert.deepEqual(parseSelector(path), { kind: 'selector', selector: selectorOfPlainPath(path) })
    })

  const long = Array.from({ length: pathLevelsMax + 1 }, () => 'a').join('/')
  for (const text of [
    '',
    '+',
    'a/#',
    'a+',
    '{a,b}',
    '="a"',
    '~"a.*"',
    "'a'",
    'a\0',
    '🎈',
    '\ud800',
    long,
    'a'.repeat(selectorCharactersMax + 1),
  ])
    test(`${JSON.stringify(text.slice(0, 20))} is left to be read`, () => {
      assert.equal(selectorOfPlainPath(text), null)
    })
})
