import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import type { MemoryPeer } from '../../test/support/memory-peer.js'

/** The code with which each request was refused, and how many were not. */
function outcome(peer: MemoryPeer) {
  const codes = peer.heard.map((item) => (item.kind === 'refused' ? `${item.refusal.code} ${item.request}` : ''))
  return {
    refused: codes.filter((code) => code !== ''),
    subscribed: peer.heard.filter(({ kind }) => kind === 'subscribed').length,
  }
}

const regex = (number: number) => `~"(a|b)*c{${number}}"`

suite('the bounds of a session’s subscriptions', () => {
  test('a session cannot make every publish try more than a hundred regular expressions', () => {
    const { clock, peer, failures } = memoryGateway()
    const [hostile, other] = [peer(), peer()]
    for (let number = 1; number <= 50; number++) hostile.subscribe(`${regex(number)}/+/${regex(number)}`)
    hostile.subscribe(regex(51))
    hostile.subscribe('a/+/#')
    // What is subscribed already may be replaced.
    hostile.subscribe(`${regex(1)}/+/${regex(1)}`)
    for (let number = 1; number <= 20; number++) other.subscribe(regex(number))
    clock.advance(100)
    assert.deepEqual(outcome(hostile), { refused: ['limitReached 51'], subscribed: 52 })
    assert.deepEqual([outcome(other).subscribed, failures], [20, []])
  })

  test('the bound is the configured one, and room comes back with each subscription that ends', () => {
    const { clock, peer } = memoryGateway({ limits: { regexLevelsMax: 1, subscriptionsMax: 2 } })
    const session = peer()
    for (const selector of [regex(1), regex(2)]) session.subscribe(selector)
    session.send({ kind: 'unsubscribe', request: 9, selector: regex(1) })
    for (const selector of [regex(2), 'a', 'b']) session.subscribe(selector)
    clock.advance(100)
    assert.deepEqual(outcome(session), { refused: ['limitReached 2', 'limitReached 5'], subscribed: 3 })
  })
})
