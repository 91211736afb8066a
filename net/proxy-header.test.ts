import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { netLimits } from './limits.js'
import { decodeProxyHeader } from './proxy-header.js'

const signature = '0d0a0d0a000d0a515549540a'

/** A header of version 2: command with version, family with protocol, and what follows the length. */
const binary = (command: string, family: string, rest = '') =>
  Buffer.from(`${signature}${command}${family}${(rest.length / 2).toString(16).padStart(4, '0')}${rest}`, 'hex')

const line = (text: string) => Buffer.from(`${text}\r\n`, 'latin1')

const source4 = 'c0a80001c0a8000bdc0401bb'
const source6 = `20010db8${'0'.repeat(23)}1${'0'.repeat(31)}1dc0401bb`
const ones = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'

/** What a proxy sends, and whom it speaks for; null: the socket's own address holds. */
const vectors: readonly (readonly [what: string, header: Buffer, source: string | null])[] = [
  ['TCP over IPv4 as text', line('PROXY TCP4 192.168.0.1 192.168.0.11 56324 443'), '192.168.0.1 56324'],
  [
    'the longest text over IPv4',
    line('PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535'),
    '255.255.255.255 65535',
  ],
  ['TCP over IPv6 as text', line('PROXY TCP6 2001:DB8::0:1 ::1 0 443'), '2001:db8::1 0'],
  ['the longest text over IPv6', line(`PROXY TCP6 ${ones} ${ones} 65535 65535`), `${ones} 65535`],
  ['an IPv4 peer of an IPv6 proxy, as text', line('PROXY TCP6 ::ffff:10.0.0.7 ::1 9 443'), '10.0.0.7 9'],
  ['nobody known, as text', line('PROXY UNKNOWN'), null],
  ['nobody known, with text that means nothing', line(`PROXY UNKNOWN ${ones} ${ones} 65535 65535`), null],
  ['TCP over IPv4', binary('21', '11', source4), '192.168.0.1 56324'],
  ['TCP over IPv6', binary('21', '21', source6), '2001:db8::1 56324'],
  [
    'an IPv4 peer of an IPv6 proxy',
    binary('21', '21', `${'0'.repeat(20)}ffff0a000007${'0'.repeat(32)}000901bb`),
    '10.0.0.7 9',
  ],
  [
    'TCP over IPv4 with more behind the addresses',
    binary('21', '11', `${source4}0400020000ea000161`),
    '192.168.0.1 56324',
  ],
  ['the proxy itself', binary('20', '00'), null],
  ['the proxy itself, with addresses', binary('20', '11', source4), null],
  ['the proxy itself, with a family that there is not', binary('20', 'ff', '00'), null],
  ['nobody known', binary('21', '00'), null],
  ['nobody known, with bytes that mean nothing', binary('21', '00', '010203'), null],
  ['UDP over IPv4', binary('21', '12', source4), null],
  ['UDP over IPv6', binary('21', '22', source6), null],
  ['a UNIX stream', binary('21', '31', '2f'.repeat(216)), null],
  ['a UNIX datagram', binary('21', '32', '2f'.repeat(216)), null],
  ['IPv4 without a protocol', binary('21', '10'), null],
  [
    'the longest header',
    binary('21', '11', source4.padEnd(2 * (netLimits.proxyHeaderBytesMax - 16), '0')),
    '192.168.0.1 56324',
  ],
]

const malformed: readonly (readonly [what: string, header: Buffer])[] = [
  ['another protocol', Buffer.from('GET / HTTP/1.1\r\n')],
  ['an MQTT packet', Buffer.from('101000044d5154540402003c0004', 'hex')],
  ['small letters', Buffer.from('proxy TCP4 ')],
  ['another signature', Buffer.from('0d0a0d0a000d0a515549540b', 'hex')],
  ['a bare line feed', Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n')],
  ['a bare carriage return', Buffer.from(`PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r${'x'.repeat(107)}`)],
  ['a line without end', Buffer.from(`PROXY UNKNOWN ${'x'.repeat(93)}`)],
  ['a line that ends one byte too late', line(`PROXY UNKNOWN ${'x'.repeat(92)}`)],
  ['no family', line('PROXY ')],
  ['a family that there is not', line('PROXY TCP5 1.2.3.4 1.2.3.4 1 2')],
  ['a family that only begins as one', line('PROXY UNKNOWNS')],
  ['two spaces', line('PROXY TCP4  1.2.3.4 1.2.3.4 1 2')],
  ['a space at the end', line('PROXY TCP4 1.2.3.4 1.2.3.4 1 2 ')],
  ['too few fields', line('PROXY TCP4 1.2.3.4 1.2.3.4 1')],
  ['an IPv6 address as IPv4', line('PROXY TCP4 ::1 ::1 1 2')],
  ['an IPv4 address as IPv6', line('PROXY TCP6 1.2.3.4 1.2.3.4 1 2')],
  ['a broken destination', line('PROXY TCP4 1.2.3.4 1.2.3 1 2')],
  ['a leading zero in an address', line('PROXY TCP4 1.2.3.04 1.2.3.4 1 2')],
  ['a zone in an address', line('PROXY TCP6 fe80::1%eth0 ::1 1 2')],
  ['a leading zero in a port', line('PROXY TCP4 1.2.3.4 1.2.3.4 01 2')],
  ['a port that is too great', line('PROXY TCP4 1.2.3.4 1.2.3.4 65536 2')],
  ['a port below zero', line('PROXY TCP4 1.2.3.4 1.2.3.4 1 -2')],
  ['version 1 in the binary form', binary('11', '11', source4)],
  ['version 3', binary('31', '11', source4)],
  ['a command that there is not', binary('22', '11', source4)],
  ['a family that there is not', binary('21', '41', source4)],
  ['a protocol that there is not', binary('21', '13', source4)],
  ['IPv4 addresses that are cut off', binary('21', '11', source4.slice(2))],
  ['IPv6 addresses that are cut off', binary('21', '21', source6.slice(2))],
  [
    'a header one byte longer than is taken',
    binary('21', '11', source4.padEnd(2 * (netLimits.proxyHeaderBytesMax - 15), '0')),
  ],
]

const shown = (source: { address: string; port: number } | null) =>
  source === null ? null : `${source.address} ${source.port}`

suite('header of the PROXY protocol', () => {
  for (const [what, header, source] of vectors) {
    test(`reads ${what}, whole, byte by byte and with the peer's bytes behind it`, () => {
      for (const behind of ['', 'x', '\r\n', 'PROXY UNKNOWN\r\n']) {
        const decoded = decodeProxyHeader(Buffer.concat([header, Buffer.from(behind)]))
        assert.ok(decoded.kind === 'complete')
        assert.deepEqual([shown(decoded.source), decoded.bytesRead], [source, header.length])
      }
      for (let count = 0; count < header.length; count++)
        assert.equal(decodeProxyHeader(header.subarray(0, count)).kind, 'incomplete', `after ${count} bytes`)
    })
  }

  for (const [what, header] of malformed) {
    test(`refuses ${what}, whatever follows, and reads it as nothing else on the way`, () => {
      const decoded = decodeProxyHeader(Buffer.concat([header, Buffer.alloc(10, '\r\n')]))
      assert.ok(decoded.kind === 'malformed' && decoded.why !== '')
      const kinds = Array.from(header, (_, count) => decodeProxyHeader(header.subarray(0, count)).kind)
      assert.ok(!kinds.includes('complete'))
    })
  }

  test('a view into greater memory is read as the bytes that it shows', () => {
    const around = Buffer.concat([Buffer.from('xx'), line('PROXY TCP4 1.2.3.4 1.2.3.4 1 2'), Buffer.from('yy')])
    const decoded = decodeProxyHeader(new Uint8Array(around.buffer, around.byteOffset + 2, around.length - 4))
    assert.ok(decoded.kind === 'complete')
    assert.equal(shown(decoded.source), '1.2.3.4 1')
  })
})
