import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { plainHello } from '../../test/support/memory-peer.js'
import { NotingLink } from '../../test/support/noting-link.js'
import { principal, ScriptedAccess } from '../../test/support/scripted-access.js'
import type { Authentication, Authenticator, Identified, NotAuthenticated } from '../index.js'

/** Who is told so, and what the log is. */
function identified(authentication: Authentication, access = new ScriptedAccess()) {
  const noted: NotAuthenticated[] = []
  const authenticator: Authenticator = { authenticate: (_credentials, answer) => answer(authentication) }
  const { gateway } = memoryGateway({ authenticator, authorizer: access, notAuthenticated: (why) => noted.push(why) })
  const answers: Identified[] = []
  gateway.identify({ peer: 'here' }, (answer) => answers.push(answer))
  return { answers, noted }
}

const ann = principal('ann')

suite('who calls without a session', () => {
  test('is known by what it shows, at once where the authenticator answers at once', () => {
    assert.deepEqual(identified({ kind: 'accepted', principal: ann }).answers, [
      { kind: 'accepted', principal: ann, validUntilMs: Number.POSITIVE_INFINITY },
    ])
  })

  for (const { is, authentication, reason, isNoted } of [
    { is: 'refused', authentication: { kind: 'refused', why: 'x' }, reason: 'notAuthenticated', isNoted: true },
    { is: 'busy', authentication: { kind: 'busy', why: 'x' }, reason: 'tooManyRequests', isNoted: true },
    {
      is: 'sent elsewhere',
      authentication: { kind: 'redirected', server: 'x', isForGood: true },
      reason: 'notAuthenticated',
      isNoted: false,
    },
    {
      is: 'known by what has ended',
      authentication: { kind: 'accepted', principal: ann, validUntilMs: 0 },
      reason: 'credentialsExpired',
      isNoted: false,
    },
  ] as const)
    test(`is refused as ${reason} where it is ${is}`, () => {
      const { answers, noted } = identified(authentication)
      assert.deepEqual(answers, [{ kind: 'refused', reason }])
      assert.equal(noted.length, isNoted ? 1 : 0)
    })

  test('is refused as forbidden without the right to connect', () => {
    const access = new ScriptedAccess()
    access.allowed = (_who, action) => action !== 'connect'
    assert.deepEqual(identified({ kind: 'accepted', principal: ann }, access).answers, [
      { kind: 'refused', reason: 'forbidden' },
    ])
  })

  test('is told that the authenticator did not answer in time, and nothing after that', () => {
    const access = new ScriptedAccess()
    access.waiting = []
    const { gateway, clock } = memoryGateway({ authenticator: access })
    const answers: Identified[] = []
    gateway.identify({ peer: 'here' }, (answer) => answers.push(answer))
    clock.advance(9_999)
    assert.deepEqual(answers, [])
    clock.advance(1)
    access.waiting[0]?.({ kind: 'accepted', principal: ann })
    assert.deepEqual(answers, [{ kind: 'refused', reason: 'authenticationTimeout' }])
  })

  test('leaves no clock running once it is known', () => {
    const access = new ScriptedAccess()
    access.waiting = []
    const { gateway, clock } = memoryGateway({ authenticator: access })
    const before = clock.tasks
    gateway.identify({ peer: 'here' }, () => undefined)
    assert.equal(clock.tasks, before + 1)
    access.waiting[0]?.({ kind: 'accepted', principal: ann })
    assert.equal(clock.tasks, before)
  })
})

suite('what a client signs in with', () => {
  /** A client that was let in for so long. */
  function letInFor(ms: number) {
    const authenticator: Authenticator = {
      authenticate: (_credentials, answer) =>
        answer({ kind: 'accepted', principal: ann, validUntilMs: clock.timeMs() + ms }),
    }
    const { clock, gateway, failures } = memoryGateway({ authenticator })
    const link = new NotingLink()
    gateway.attach(link, 'test', 'test').received(plainHello)
    clock.advance(5)
    return { clock, link, failures }
  }

  test('ends, and its link with it, within a second', () => {
    const { clock, link, failures } = letInFor(5_000)
    clock.advance(4_000)
    assert.deepEqual(link.notes, ['welcome'])
    clock.advance(2_000)
    assert.deepEqual(link.notes, ['welcome', 'credentialsExpired'])
    assert.deepEqual(failures, [])
  })

  test('lets nobody in once it has ended', () => {
    assert.deepEqual(letInFor(0).link.notes, ['credentialsExpired'])
  })
})
