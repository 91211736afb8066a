import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { isFirstMatch } from './first-match.js'

suite('cli: overlapping selectors', () => {
  for (const [path, selectors, tellers] of [
    ['a/b', ['a/b', 'a/#'], [0]],
    ['a/c', ['a/b', 'a/#'], [1]],
    ['a/b', ['a/#', 'a/b', 'a/#'], [0]],
    ['a/b', ['b/#', 'a/+', '~"a"/b'], [1]],
  ] as const) {
    test(`${path} is told of once by ${selectors.join(' ')}, and not twice [SEM 2.1]`, () => {
      const isFirst = isFirstMatch(selectors)
      const matching = selectors.map((_, index) => index).filter((index) => index >= tellers[0])
      assert.deepEqual(
        matching.filter((index) => isFirst(path, index)),
        tellers,
      )
    })
  }
})
