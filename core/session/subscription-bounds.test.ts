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

/** An expression of so many states that differs from those with another letter. */
const regex = (states: number, letter = 'c') => `~"(a|b)*${letter}{${states - 5}}"`

suite('the bounds of a session’s subscriptions', () => {
  test('a session cannot make every publish try regular expressions of more than a thousand states', () => {
    const { clock, peer, failures } = memoryGateway()
    const [hostile, other] = [peer(), peer()]
    for (const letter of 'cdefg') hostile.subscribe(`${regex(100, letter)}/+/${regex(100, letter)}`)
    hostile.subscribe(regex(6))
    hostile.subscribe('a/+/#')
    // What is subscribed already may be replaced.
    hostile.subscribe(`${regex(100)}/+/${regex(100)}`)
    for (const letter of 'cdef') other.subscribe(regex(250, letter))
    clock.advance(100)
    assert.deepEqual(outcome(hostile), { refused: ['limitReached 6'], subscribed: 7 })
    assert.deepEqual([outcome(other).subscribed, failures], [4, []])
  })

  test('many sessions cannot make every publish try regular expressions of more states than the bound of the node', () => {
    const { clock, gateway, peer } = memoryGateway({ limits: { regexNodeStatesMax: 500 } })
    const [first, second, third] = [peer(), peer(), peer()]
    for (const letter of 'cd') first.subscribe(regex(200, letter))
    // Equal selectors are tried once, whoever subscribes.
    for (const letter of 'cde') second.subscribe(regex(200, letter))
    clock.advance(100)
    assert.deepEqual([outcome(first).subscribed, outcome(second)], [2, { refused: ['limitReached 3'], subscribed: 2 }])
    first.send({ kind: 'bye' })
    second.send({ kind: 'unsubscribe', request: 9, selector: regex(200, 'd') })
    for (const letter of 'def') third.subscribe(regex(150, letter))
    clock.advance(100)
    assert.deepEqual([outcome(third).refused, gateway.interests.regexes.states], [['limitReached 3'], 500])
  })

  test('the more regular expressions are tried, the more often the clock is read', () => {
    const { clock, gateway, peer } = memoryGateway()
    const session = peer()
    session.subscribe('#')
    clock.advance(100)
    const marks = [gateway.interests.marksPerClockRead]
    for (const letter of 'cdef') {
      session.subscribe(regex(250, letter))
      clock.advance(100)
      marks.push(gateway.interests.marksPerClockRead)
    }
    assert.deepEqual(marks, [128, 4, 3, 2, 2])
  })

  test('the bound is the configured one, and room comes back with each subscription that ends', () => {
    const { clock, peer } = memoryGateway({ limits: { regexSessionStatesMax: 15, subscriptionsMax: 2 } })
    const session = peer()
    for (const selector of [regex(10), regex(11)]) session.subscribe(selector)
    session.send({ kind: 'unsubscribe', request: 9, selector: regex(10) })
    for (const selector of [regex(11), 'a', 'b']) session.subscribe(selector)
    clock.advance(100)
    assert.deepEqual(outcome(session), { refused: ['limitReached 2', 'limitReached 5'], subscribed: 3 })
  })
})
