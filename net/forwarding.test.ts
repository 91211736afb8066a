import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Forwarding } from './forwarding.js'

suite('forwarding', () => {
  for (const { what, proxies = ['10.0.0.0/8', '::1'], peer = '10.0.0.1', field, client } of [
    { what: 'nobody is listed', proxies: [], field: '192.0.2.7', client: '10.0.0.1' },
    { what: 'the peer is no listed proxy', peer: '192.0.2.1', field: '192.0.2.7', client: '192.0.2.1' },
    { what: 'the proxy says nothing', client: '10.0.0.1' },
    { what: 'one proxy speaks', field: '192.0.2.7', client: '192.0.2.7' },
    { what: 'two proxies speak', field: '192.0.2.7, 10.0.0.9', client: '192.0.2.7' },
    { what: 'the client wrote the field itself', field: '203.0.113.1, 192.0.2.7', client: '192.0.2.7' },
    { what: 'a client wrote that it is a proxy', field: '203.0.113.1, 192.0.2.7, 10.0.0.9', client: '192.0.2.7' },
    { what: 'all are proxies', field: '10.0.0.8,10.0.0.9', client: '10.0.0.8' },
    { what: 'the proxy does not know', field: 'unknown', client: '10.0.0.1' },
    { what: 'an entry is empty', field: '192.0.2.7,', client: '10.0.0.1' },
    { what: 'an address has a port', field: '192.0.2.7:1234', client: '192.0.2.7' },
    { what: 'an address of IPv6 has brackets and a port', field: '[2001:DB8::0:7]:1234', client: '2001:db8::7' },
    { what: 'the proxy is on IPv6', peer: '::1', field: '2001:db8::7', client: '2001:db8::7' },
    { what: 'an IPv4 address stands in one of IPv6', field: '::ffff:192.0.2.7', client: '192.0.2.7' },
  ])
    test(`where ${what}, the client is ${client}`, () => {
      const headers = field === undefined ? {} : { 'x-forwarded-for': field }
      const found = new Forwarding(proxies).clientOf({ headers }, { address: peer, certificate: null })
      assert.deepEqual(found, { address: client, certificate: null })
    })
})
