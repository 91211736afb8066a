import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { selector } from '../../test/support/selectors.js'
import { SelectorPool } from './selector-pool.js'

suite('the pool of selectors', () => {
  test('equal selectors are one, and of too many the first is forgotten', () => {
    const pool = new SelectorPool(2)
    const [first, second] = ['a/#', 'b'].map((text) => pool.shared(selector(text)))
    assert.equal(pool.shared(selector('a/#')), first)
    pool.shared(selector('c'))
    assert.equal(pool.shared(selector('b')), second)
    assert.notEqual(pool.shared(selector('a/#')), first)
  })
})
