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
  )
})
