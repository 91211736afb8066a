import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { RivuletError } from '../sdk/index.js'
import { explain } from './client.js'

const url = 'ws://here/wss'
const lost = (message: string) => new RivuletError('linkLost', message)
const forbidden = (message = 'not permitted') => new RivuletError('forbidden', message)
const doubted = new RivuletError('notAuthenticated', 'not authenticated')
const reserved = 'first levels that begin with $ belong to the gateway'

suite('cli: what a client command says of a failure', () => {
  for (const [why, error, options, action, line] of [
    [
      'a wrong path of the URL is not taken for a missing gateway',
      lost('Unexpected server response: 404'),
      {},
      null,
      'something answers at ws://here/wss, but no gateway at this path (HTTP 404): the usual one is /ws; name another with --url',
    ],
    [
      'a gateway that is full is not taken for a missing one',
      lost('Unexpected server response: 503'),
      {},
      null,
      'ws://here/wss takes no connections at present (HTTP 503): try again later',
    ],
    [
      'a missing gateway',
      lost('connect ECONNREFUSED'),
      {},
      null,
      'no gateway answers at ws://here/wss (connect ECONNREFUSED): start one with `rivulet serve`, or name another with --url',
    ],
    [
      'a refusal names what was refused, and how to sign in',
      forbidden(),
      {},
      'publish to a/b',
      'an anonymous client may not publish to a/b: sign in with --user and RIVULET_PASSWORD',
    ],
    [
      'who is signed in is not told to sign in',
      forbidden(),
      { user: 'ann' },
      'remove a/#',
      'ann may not remove a/#: a rule under `permissions` would have to allow it',
    ],
    [
      'a path that belongs to the gateway gets no advice',
      forbidden(reserved),
      { user: 'ann' },
      'publish to $SYS/x',
      `ann may not publish to $SYS/x: ${reserved}`,
    ],
    [
      'a token that is refused is not answered with advice about --user alone',
      doubted,
      { token: 'zz' },
      null,
      'ws://here/wss does not accept the token: pass another, or sign in with --user and RIVULET_PASSWORD instead',
    ],
    [
      'a wrong password',
      doubted,
      { user: 'ann' },
      null,
      'ws://here/wss does not accept user "ann" with this password: check --user and RIVULET_PASSWORD',
    ],
  ] as const) {
    test(why, () => assert.equal(explain(error, { url, ...options }, action).message, `rivulet: ${line}`))
  }
})
