import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { credentialsIn } from './credentials.js'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

suite('credentials of a request', () => {
  for (const { shown, headers = {}, query = null, takesCookie = true, found } of [
    { shown: 'nothing', found: {} },
    { shown: 'a bearer token', headers: { authorization: 'Bearer a.b-c' }, found: { token: 'a.b-c' } },
    { shown: 'a scheme in capitals', headers: { authorization: 'BEARER x' }, found: { token: 'x' } },
    {
      shown: 'a user and a password with a colon',
      headers: { authorization: basic('mira:a:b') },
      found: { user: 'mira', password: 'a:b' },
    },
    {
      shown: 'a user beyond ASCII',
      headers: { authorization: basic('jürgen:pässe') },
      found: { user: 'jürgen', password: 'pässe' },
    },
    { shown: 'a user without a colon', headers: { authorization: basic('mira') }, found: null },
    { shown: 'a user that is no UTF-8', headers: { authorization: 'Basic /zo=' }, found: null },
    { shown: 'a user that is no base64', headers: { authorization: 'Basic bWly%YTpi' }, found: null },
    { shown: 'a scheme that nobody knows', headers: { authorization: 'Negotiate abc' }, found: null },
    { shown: 'an empty authorization', headers: { authorization: '' }, found: null },
    { shown: 'a token in the query', query: 'q', found: { token: 'q' } },
    { shown: 'a header beside a query', headers: { authorization: 'Bearer h' }, query: 'q', found: { token: 'h' } },
    {
      shown: 'a cookie among others',
      headers: { cookie: 'a=b; rivulet_token=c=d ; rivulet_tokens=x' },
      found: { token: 'c=d' },
    },
    { shown: 'a query beside a cookie', headers: { cookie: 'rivulet_token=c' }, query: 'q', found: { token: 'q' } },
    { shown: 'a cookie of an untrusted page', headers: { cookie: 'rivulet_token=c' }, takesCookie: false, found: {} },
    { shown: 'cookies of others', headers: { cookie: 'a=b' }, found: {} },
  ]) {
    test(`${shown}: ${JSON.stringify(found)}`, () => {
      assert.deepEqual(credentialsIn({ headers }, query, takesCookie), found)
    })
  }
})
