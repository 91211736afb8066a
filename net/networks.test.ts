import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { isNetwork, Networks } from './networks.js'

suite('networks', () => {
  test('have the addresses that were listed and those of listed networks, also as the other version writes them', () => {
    const networks = new Networks(['10.0.0.7', '192.168.4.0/22', '2001:db8::/32', '::1'])
    for (const inside of ['10.0.0.7', '::ffff:10.0.0.7', '192.168.7.255', '2001:db8:ffff::1', '::1'])
      assert.ok(networks.has(inside), inside)
    for (const outside of ['10.0.0.8', '192.168.8.0', '2001:db9::', '::2', 'unknown', ''])
      assert.ok(!networks.has(outside), outside)
  })

  test('of no bits have every address of their version', () => {
    assert.ok(new Networks(['0.0.0.0/0']).has('203.0.113.9'))
    assert.ok(!new Networks(['0.0.0.0/0']).has('2001:db8::1'))
  })

  for (const text of ['10.0.0.7', '10.0.0.0/0', '10.0.0.0/32', '::', '2001:db8::/128'])
    test(`'${text}' can be listed`, () => assert.ok(isNetwork(text)))

  for (const text of [
    '',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::/129',
    'fe80::1%eth0',
    'proxy',
  ])
    test(`'${text}' cannot be listed`, () => assert.ok(!isNetwork(text)))
})
