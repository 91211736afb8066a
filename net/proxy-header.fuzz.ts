import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import fc from 'fast-check'
import { suite } from 'mocha'
import { fuzz } from '../test/support/fuzz.js'
import { netLimits } from './limits.js'
import { decodeProxyHeader } from './proxy-header.js'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' })
const signature = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a)

/** Right up to the addresses, mostly, so that inputs get that far. */
const binary = fc
  .tuple(
    fc.oneof(fc.constantFrom(0x20, 0x21), fc.nat(255)),
    fc.oneof(fc.constantFrom(0x00, 0x11, 0x12, 0x21, 0x31), fc.nat(255)),
    fc.oneof({ weight: 9, arbitrary: fc.nat(250) }, { weight: 1, arbitrary: fc.nat(65_535) }),
    bytes(300),
  )
  .map(([command, family, length, rest]) =>
    Buffer.from([...signature, command, family, length >> 8, length & 255, ...rest]),
  )

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ maxLength: 5 }),
  fc.string({ minLength: 100, maxLength: 120, size: 'max' }),
)
const port = fc.oneof(fc.nat(70_000).map(String), fc.string({ maxLength: 6 }))
const text = fc
  .tuple(
    fc.constantFrom('TCP4', 'TCP6', 'UNKNOWN', ''),
    address,
    address,
    port,
    port,
    fc.constantFrom('\r\n', '\n', '\r', ''),
  )
  .map(([family, from, to, fromPort, toPort, end]) =>
    Buffer.from(`PROXY ${family} ${from} ${to} ${fromPort} ${toPort}${end}`),
  )

const header = fc.oneof(binary, text, bytes(200))

/** Command and family, and as many bytes of addresses as the header says there are. */
const binaryHeader = (command: number, family: number, length: number) =>
  Buffer.from([...signature, command, family, length >> 8, length & 255, ...new Array<number>(length).fill(1)])

const golden = [
  'PROXY TCP4 192.0.2.1 192.0.2.2 1 65535\r\n',
  'PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n',
  'PROXY TCP6 fe80::1%eth0 2001:db8::2 1 2\r\n',
  'PROXY TCP4 2001:db8::1 192.0.2.2 1 2\r\n',
  'PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n',
  'PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n',
  'PROXY UNKNOWN\r\n',
  'PROXY\n',
  'PROXY \r\n',
  `PROXY TCP4 ${'1'.repeat(200)}`,
]
  .map((line) => Buffer.from(line))
  .concat(binaryHeader(0x21, 0x11, 12), binaryHeader(0x21, 0x21, 36), binaryHeader(0x21, 0x21, 12))
  .concat(binaryHeader(0x21, 0x12, 12), binaryHeader(0x20, 0x41, 0), binaryHeader(0x21, 0x41, 0))
  .concat(binaryHeader(0x31, 0x11, 12), binaryHeader(0x21, 0x11, netLimits.proxyHeaderBytesMax))

suite('hostile headers of the PROXY protocol', () => {
  fuzz(
    'whatever a proxy sends is read or refused within bounds, and the same in whatever pieces it comes',
    header,
    (all) => {
      const decoded = decodeProxyHeader(all)
      for (let count = 0; count < all.length; count++) {
        const before = decodeProxyHeader(all.subarray(0, count))
        if (before.kind !== 'incomplete') return assert.deepEqual(decoded, before)
      }
      if (decoded.kind === 'incomplete') return assert.ok(all.length < netLimits.proxyHeaderBytesMax)
      if (decoded.kind === 'malformed') return assert.notEqual(decoded.why, '')
      assert.equal(decoded.bytesRead, all.length)
      if (decoded.source === null) return
      assert.notEqual(isIP(decoded.source.address), 0)
      assert.ok(decoded.source.port >= 0 && decoded.source.port <= 65_535)
    },
    golden,
  )
})
