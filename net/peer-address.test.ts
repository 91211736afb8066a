import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { isLoopback, peerAddress, peerNetwork } from './peer-address.js'

suite('peer address', () => {
  for (const [raw, shown] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['2001:db8::1', '2001:db8::1'],
    [undefined, 'unknown'],
  ] as const) {
    test(`${raw} is shown as ${shown}`, () => assert.equal(peerAddress(raw), shown))
  }

  for (const [address, network] of [
    ['10.0.0.7', '10.0.0.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['unknown', 'unknown'],
  ] as const) {
    test(`${address} counts as ${network}`, () => assert.equal(peerNetwork(address), network))
  }

  for (const host of ['localhost', 'LOCALHOST', 'app.localhost', '127.0.0.1', '127.8.9.10', '::1', '[::1]']) {
    test(`${host} is loopback`, () => assert.ok(isLoopback(host)))
  }

  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.example.com',
    'localhost.example.com',
    '1270.0.0.1',
    '',
  ]) {
    test(`'${host}' is not loopback`, () => assert.ok(!isLoopback(host)))
  }
})
