import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Authentication, Credentials } from '../core/index.js'
import { authLimits } from './limits.js'
import { hashPassword, parsePasswordHash } from './password-hash.js'
import { digestOf } from './static-tokens.js'
import type { StaticUser } from './static-users.js'
import { StaticUsers } from './static-users.js'

const peer = '127.0.0.1:50000'

function user(name: string, secret: string, more: Partial<StaticUser> = {}): StaticUser {
  return { name, password: { kind: 'secret', secret }, tokens: [], roles: [], rootPath: '', properties: {}, ...more }
}

function ask(users: StaticUsers, credentials: Partial<Credentials>): Promise<Authentication> {
  return new Promise((resolve) => users.authenticate({ peer, ...credentials }, resolve))
}

async function whyRefused(users: StaticUsers, credentials: Partial<Credentials>): Promise<string> {
  const answer = await ask(users, credentials)
  assert.equal(answer.kind, 'refused')
  return answer.why
}

suite('auth: static users', () => {
  const traits = { roles: ['trader'], rootPath: 'tenants/a', properties: { desk: 'fx' } }

  test('the right password gives name, roles, root path and properties', async () => {
    const users = new StaticUsers({ users: [user('ann', 'geheim', traits)], anonymousRoles: null })
    const principal = { name: 'ann', ...traits }
    const validUntilMs = Number.POSITIVE_INFINITY
    assert.deepEqual(await ask(users, { user: 'ann', password: 'geheim' }), {
      kind: 'accepted',
      principal,
      validUntilMs,
    })
  })

  test('a token gives the same to whoever shows it, until it ends; a reload takes it back', async () => {
    const token = 'kDpb2fB0uHDd8O7pQDY2yA'
    const ann = user('ann', '', { ...traits, password: null, tokens: [{ digest: digestOf(token), untilMs: 1e12 }] })
    const users = new StaticUsers({ users: [ann], anonymousRoles: null })
    const principal = { name: 'ann', ...traits }
    assert.deepEqual(await ask(users, { token }), { kind: 'accepted', principal, validUntilMs: 1e12 })
    assert.match(await whyRefused(users, { token: `${token}A` }), /nobody has the token/)
    assert.match(await whyRefused(users, { token: 'x'.repeat(1e6) }), /nobody has the token/)
    assert.match(await whyRefused(users, { user: 'ann', password: '' }), /wrong password/)
    assert.match(await whyRefused(users, { user: 'ann', password: token }), /wrong password/)
    users.replace({ users: [{ ...ann, tokens: [] }], anonymousRoles: null })
    assert.match(await whyRefused(users, { token }), /nobody has the token/)
  })

  test('a hashed password is accepted, again and again, and a wrong one never', async () => {
    const hash = parsePasswordHash(await hashPassword('geheim', { rounds: 2, blockSize: 1, parallelism: 1 }))
    assert.ok(hash)
    const users = new StaticUsers({
      users: [user('ann', '', { password: { kind: 'hash', hash } })],
      anonymousRoles: null,
    })
    for (const round of [1, 2]) {
      assert.equal((await ask(users, { user: 'ann', password: 'geheim' })).kind, 'accepted', `round ${round}`)
      assert.match(await whyRefused(users, { user: 'ann', password: 'gehein' }), /wrong password for user "ann"/)
    }
  })

  test('an unknown user, no password, an endless password and a token are refused, each with its reason', async () => {
    const users = new StaticUsers({ users: [user('ann', 'geheim')], anonymousRoles: null })
    assert.match(await whyRefused(users, { user: 'bob', password: 'geheim' }), /no user "bob"/)
    assert.match(await whyRefused(users, { user: 'ann' }), /wrong password/)
    assert.match(await whyRefused(users, { user: 'ann', password: 'x'.repeat(2000) }), /wrong password/)
    assert.match(await whyRefused(users, { token: 'abc' }), /nobody has the token/)
    assert.match(await whyRefused(users, {}), /no user was named/)
  })

  test('anonymous clients get their roles where they are allowed', async () => {
    const users = new StaticUsers({ users: [], anonymousRoles: ['guest'] })
    const principal = { name: 'anonymous', roles: ['guest'], rootPath: '', properties: {} }
    assert.deepEqual(await ask(users, {}), { kind: 'accepted', principal })
  })

  test('beyond the waiting line a sign-in is asked to come again, and not told that its credentials are wrong', async () => {
    const hash = parsePasswordHash(await hashPassword('geheim', { rounds: 2, blockSize: 1, parallelism: 1 }))
    assert.ok(hash)
    const ann = user('ann', '', { password: { kind: 'hash', hash } })
    const users = new StaticUsers({ users: [ann], anonymousRoles: null })
    const count = authLimits.hashesAtOnceMax + authLimits.waitingSignInsMax
    const strangers = Array.from({ length: count }, (_, index) =>
      ask(users, { user: `stranger-${index}`, password: 'x' }),
    )
    assert.equal((await ask(users, { user: 'ann', password: 'geheim' })).kind, 'busy')
    assert.ok((await Promise.all(strangers)).every(({ kind }) => kind === 'refused'))
    assert.equal((await ask(users, { user: 'ann', password: 'geheim' })).kind, 'accepted')
  })

  test('a crowd of one user shares a hash', async () => {
    const users = new StaticUsers({ users: [user('ann', 'geheim')], anonymousRoles: null })
    const friends = Array.from({ length: 3_000 }, () => ask(users, { user: 'ann', password: 'geheim' }))
    assert.ok((await Promise.all(friends)).every(({ kind }) => kind === 'accepted'))
  })

  test('a reload replaces users and passwords', async () => {
    const users = new StaticUsers({ users: [user('ann', 'alt'), user('bob', 'b')], anonymousRoles: null })
    assert.equal((await ask(users, { user: 'ann', password: 'alt' })).kind, 'accepted')
    users.replace({ users: [user('ann', 'neu')], anonymousRoles: null })
    assert.match(await whyRefused(users, { user: 'ann', password: 'alt' }), /wrong password/)
    assert.match(await whyRefused(users, { user: 'bob', password: 'b' }), /no user "bob"/)
    assert.equal((await ask(users, { user: 'ann', password: 'neu' })).kind, 'accepted')
  })
})
