import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { StreamCounts } from './stream-counts.js'

suite('how many streams a client has', () => {
  test('counts all addresses of an IPv6 network as one, and those of IPv4 each', () => {
    const counts = new StreamCounts({ streamsMax: 5, streamsPerClientMax: 2 })
    const codes = (...addresses: string[]) => addresses.map((address) => counts.enter(address)?.status ?? 200)
    assert.deepEqual(codes('2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::3'), [200, 200, 429, 200])
    assert.deepEqual(codes('192.0.2.1', '192.0.2.2', '192.0.2.3'), [200, 200, 503])
    counts.leave('2001:db8::2')
    assert.deepEqual([counts.all, ...codes('2001:db8::4', '2001:db8::5')], [4, 200, 429])
  })
})
