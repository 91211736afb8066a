import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'mocha'
import { needsPeer } from './peers.js'

suite('a test that needs another program', () => {
  const before = process.env.REQUIRE_PEERS
  afterEach(() => {
    if (before === undefined) delete process.env.REQUIRE_PEERS
    else process.env.REQUIRE_PEERS = before
  })

  test('is given the path of the program', function () {
    assert.match(needsPeer(this, 'sh', 'is everywhere'), /^\/.*\/sh$/)
  })

  test('fails without the program where peers are required', function () {
    process.env.REQUIRE_PEERS = '1'
    assert.throws(() => needsPeer(this, 'no-such-program', 'shows nothing'), /needs no-such-program \(shows nothing\)/)
  })

  test('is left out without the program elsewhere', function () {
    const { skip } = this
    let skipped = 0
    const leaveOut = (): never => {
      skipped++
      throw new Error('left out')
    }
    delete process.env.REQUIRE_PEERS
    Object.assign(this, { skip: leaveOut })
    assert.throws(() => needsPeer(this, 'no-such-program', 'shows nothing'), /left out/)
    Object.assign(this, { skip })
    assert.equal(skipped, 1)
  })
})
