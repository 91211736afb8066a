import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { OriginRule } from './origin-rule.js'

const here = '127.0.0.1:8080'
const public_ = 'gateway.example.com:8080'

suite('origin rule', () => {
  for (const { listener, origin, host, listed = [], allowed } of [
    { listener: 'loopback', origin: undefined, host: here, allowed: true },
    { listener: 'loopback', origin: 'http://localhost:5173', host: here, allowed: true },
    { listener: 'loopback', origin: 'http://127.0.0.1', host: here, allowed: true },
    { listener: 'loopback', origin: 'http://[::1]:3000', host: here, allowed: true },
    { listener: 'loopback', origin: 'https://example.com', host: here, allowed: false },
    // A name that an attacker made point to this machine.
    { listener: 'loopback', origin: 'http://evil.example:8080', host: 'evil.example:8080', allowed: false },
    { listener: 'loopback', origin: 'null', host: here, allowed: false },
    { listener: 'loopback', origin: 'not an origin', host: here, allowed: false },
    { listener: 'public', origin: undefined, host: undefined, allowed: true },
    { listener: 'public', origin: 'http://gateway.example.com:8080', host: public_, allowed: true },
    { listener: 'public', origin: 'https://gateway.example.com', host: 'gateway.example.com:443', allowed: true },
    { listener: 'public', origin: 'https://gateway.example.com', host: 'gateway.example.com', allowed: true },
    { listener: 'public', origin: 'http://gateway.example.com', host: public_, allowed: false },
    { listener: 'public', origin: 'http://localhost:5173', host: public_, allowed: false },
    { listener: 'public', origin: 'http://gateway.example.com', host: undefined, allowed: false },
    {
      listener: 'public',
      origin: 'https://app.example',
      host: public_,
      listed: ['https://app.example/'],
      allowed: true,
    },
    {
      listener: 'public',
      origin: 'https://app.example',
      host: public_,
      listed: ['http://app.example'],
      allowed: false,
    },
    { listener: 'public', origin: 'https://any.example', host: public_, listed: ['*'], allowed: true },
    { listener: 'public', origin: 'null', host: public_, listed: ['null'], allowed: true },
    { listener: 'loopback', origin: 'https://app.example', host: here, listed: ['https://APP.example'], allowed: true },
  ]) {
    const list = listed.length === 0 ? '' : ` with ${listed} listed`
    test(`${origin} ${allowed ? 'may' : 'may not'} dial ${host} on a ${listener} listener${list}`, () => {
      assert.equal(new OriginRule(listed, listener === 'loopback').allows(origin, host), allowed)
    })
  }

  for (const { listener, host, listed = [], allowed } of [
    { listener: 'loopback', host: undefined, allowed: true },
    { listener: 'loopback', host: here, allowed: true },
    { listener: 'loopback', host: 'LOCALHOST', allowed: true },
    { listener: 'loopback', host: '[::1]:8080', allowed: true },
    { listener: 'loopback', host: 'app.localhost:8080', allowed: true },
    // Names that an attacker made point to this machine.
    { listener: 'loopback', host: 'evil.example', allowed: false },
    { listener: 'loopback', host: 'evil.example:8080', allowed: false },
    { listener: 'loopback', host: 'localhost.evil.example:8080', allowed: false },
    { listener: 'loopback', host: '', allowed: false },
    { listener: 'loopback', host: 'APP.example', listed: ['https://app.example'], allowed: true },
    { listener: 'loopback', host: 'app.example:8443', listed: ['https://app.example'], allowed: false },
    { listener: 'loopback', host: 'app.example:8443', listed: ['https://app.example:8443'], allowed: true },
    { listener: 'loopback', host: 'any.example', listed: ['*'], allowed: true },
    { listener: 'public', host: 'any.example', allowed: true },
  ])
    test(`who says nothing of a page ${allowed ? 'may' : 'may not'} dial ${host} on a ${listener} listener with ${listed.length > 0 ? listed : 'nothing'} listed`, () => {
      assert.equal(new OriginRule(listed, listener === 'loopback').allowsHost(host), allowed)
    })
})
