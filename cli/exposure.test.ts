import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { TransportModule } from '../net/index.js'
import { loadConfig } from './config/index.js'
import { exposure } from './exposure.js'

/** A transport whose options are as they are written. */
const radio: TransportModule<unknown> = {
  parseOptions: (section) => section,
  create: () => ({ listen: async () => [], close: async () => undefined }),
}

function judge(...set: string[]): string | null {
  const loaded = loadConfig({ file: null, environment: {}, set }, new Map([['radio', radio]]))
  assert.equal(loaded.kind, 'config')
  return exposure(loaded.config)
}

const everywhere = 'http.host=0.0.0.0'

suite('cli: exposure', () => {
  for (const [why, set] of [
    ['the defaults', []],
    ['localhost by name', ['http.host=localhost']],
    ['loopback of IPv6', ['http.host=::1']],
    ['a transport on loopback', ['transports.radio={host: 127.0.0.1, tls: {host: "::1"}}']],
    ['a transport without a listener of its own', ['transports.radio={tls: null}']],
    ['every address with users only', [everywhere, 'auth.anonymous=false']],
    ['every address with rules', [everywhere, 'permissions.rules=[{allow: [subscribe], topics: [news/#]}]']],
    ['anonymous clients held by rules', [everywhere, 'auth.anonymous=true', 'permissions.rules=[]']],
  ] as const) {
    test(`${why} may be run`, () => assert.equal(judge(...set), null))
  }

  for (const [why, set, key] of [
    ['every address', [everywhere], /^http\.host is 0\.0\.0\.0/],
    ['every address of IPv6', ['http.host=::'], /^http\.host is ::/],
    ['a name that is not loopback', ['http.host=gateway.example'], /^http\.host is gateway\.example/],
    ['a listener of a transport', ['transports.radio={host: 0.0.0.0}'], /^transports\.radio\.host is 0\.0\.0\.0/],
    ['a secured one', ['transports.radio.tls={host: "::"}'], /^transports\.radio\.tls\.host is ::/],
    ['operations for everybody', ['ops.host=10.0.0.1'], /^ops\.host is 10\.0\.0\.1/],
    ['anonymous clients without rules', [everywhere, 'auth.anonymous=true'], /--insecure/],
  ] as const) {
    test(`${why} needs --insecure`, () => assert.match(judge(...set) ?? '', key))
  }
})
