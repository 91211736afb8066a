import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, suite, test } from 'mocha'
import { certificateFile } from '../test/support/tcp-listener.js'
import { netLimits } from './limits.js'
import { OptionError, readOptions } from './options.js'
import { readTlsFiles } from './tls-files.js'
import { tlsSection } from './tls-options.js'

const folder = dirname(certificateFile('server.pem'))
const read = (section: object) => readOptions(tlsSection(8883, folder), section)
const pair = { cert: 'server.pem', key: 'server.key' }

/** What is wrong with a section, as path and words. */
function faultsOf(section: object): string[] {
  try {
    read(section)
  } catch (error) {
    assert.ok(error instanceof OptionError)
    return error.faults.map(({ path, expected }) => `${path.join('.')}: ${expected}`)
  }
  return []
}

suite('section tls', () => {
  const temporary: string[] = []

  afterEach(() => {
    for (const each of temporary.splice(0)) rmSync(each, { recursive: true })
  })

  function written(text: string | Buffer): string {
    const made = mkdtempSync(join(tmpdir(), 'rivulet-tls-'))
    temporary.push(made)
    writeFileSync(join(made, 'file.pem'), text)
    return join(made, 'file.pem')
  }

  test('needs a certificate and its key, looks for them beside the configuration, and has defaults for the rest', () => {
    assert.deepEqual(read(pair), {
      host: '127.0.0.1',
      port: 8883,
      proxyProtocol: null,
      cert: certificateFile('server.pem'),
      key: certificateFile('server.key'),
      ca: null,
      clientCertificate: 'none',
      minVersion: 'TLSv1.2',
      handshakeTimeoutMs: netLimits.handshakeTimeoutMs,
    })
    assert.deepEqual(faultsOf({}), [
      'cert: expected a file: the certificate in PEM',
      'key: expected a file: its private key in PEM',
    ])
  })

  for (const [what, section, expected] of [
    ['a version that is no longer safe', { minVersion: 'TLSv1.1' }, /^minVersion: expected TLSv1\.2 or TLSv1\.3$/],
    [
      'an unknown wish for certificates',
      { clientCertificate: true },
      /^clientCertificate: expected one of none, optional, required$/,
    ],
    [
      'clients that must show what nobody signs',
      { clientCertificate: 'required' },
      /^ca: expected a file: who signs .* since they are asked for$/,
    ],
    ['the same where they may', { clientCertificate: 'optional' }, /^ca: /],
    [
      'a file that is not there',
      { cert: 'nobody.pem' },
      /^cert: expected a file that can be read; .*nobody\.pem cannot \(ENOENT\)$/,
    ],
    ['a folder', { key: '.' }, /^key: expected a file that can be read; .* cannot \(EISDIR\)$/],
    [
      'a key for a certificate',
      { cert: 'server.key' },
      /^cert: expected certificates in PEM; .*server\.key has none, or a broken one \(ERR_OSSL_/,
    ],
    [
      'a certificate for a key',
      { key: 'server.pem' },
      /^key: expected a private key in PEM without a passphrase; .*server\.pem is none \(ERR_OSSL_/,
    ],
    [
      'the key of another',
      { key: 'client.key' },
      /^key: expected the key of the certificate; .*client\.key belongs to another$/,
    ],
    [
      'authorities without a certificate',
      { ca: 'make.sh' },
      /^ca: expected certificates in PEM; .*make\.sh has none, or a broken one/,
    ],
    ['an unknown option', { passphrase: 'x' }, /Unrecognized key: "passphrase"/],
  ] as const) {
    test(`refuses ${what}, naming it`, () => {
      const [fault, ...others] = faultsOf({ ...pair, ...section })
      assert.match(fault ?? 'nothing', expected)
      assert.deepEqual(others, [])
    })
  }

  test('names all files that cannot be used at once', () => {
    const keys = faultsOf({ cert: 'a', key: 'b', ca: 'c' }).map((fault) => fault.split(':')[0])
    assert.deepEqual(keys, ['cert', 'key', 'ca'])
  })

  test('refuses a key with a passphrase, which nobody could enter', () => {
    const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const
    const key = written(createPrivateKey(readFileSync(certificateFile('server.key'))).export(locked))
    assert.match(
      faultsOf({ ...pair, key }).join(),
      /^key: expected a private key in PEM without a passphrase; \S+ is none/,
    )
  })

  test('refuses a broken certificate behind a good one', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    const cert = written(readFileSync(certificateFile('server.pem'), 'utf8') + broken)
    assert.match(
      faultsOf({ ...pair, cert }).join(),
      /^cert: expected a certificate that can be used; \S+ cannot \(ERR_/,
    )
    const ca = written(readFileSync(certificateFile('authority.pem'), 'utf8') + broken)
    assert.match(faultsOf({ ...pair, ca }).join(), /^ca: expected certificates in PEM; \S+ has none, or a broken one/)
  })

  for (const [when, expected] of [
    ['2019-12-31', /^expected a certificate that holds now; \S+server\.pem begins on Jan\s+1 .*2020/],
    ['2100-01-01', /^expected a certificate that holds now; \S+server\.pem ended on Dec 31 .*2099/],
  ] as const) {
    test(`refuses a certificate that does not hold on ${when}`, () => {
      const result = readTlsFiles(read(pair), Date.parse(when))
      assert.ok(result.kind === 'faults')
      assert.match(result.faults.map((fault) => fault.expected).join(), expected)
    })
  }

  for (const [what, proxyProtocol, expected] of [
    ['no list of proxies', {}, /^proxyProtocol\.from: expected a list of the addresses and networks of your proxies$/],
    ['an empty list of proxies', { from: [] }, /^proxyProtocol\.from: expected a list/],
    [
      'a proxy by name',
      { from: ['10.0.0.1', 'proxy'] },
      /^proxyProtocol\.from\.1: expected an address or a network such as 10\.0\.0\.0\/8$/,
    ],
    [
      'no time for a header',
      { from: ['::1'], headerTimeoutMs: 0 },
      /^proxyProtocol\.headerTimeoutMs: expected a whole number from 1$/,
    ],
  ] as const) {
    test(`refuses ${what}, as every listener of a port of its own does`, () => {
      assert.match(faultsOf({ ...pair, proxyProtocol }).join(), expected)
    })
  }
})
