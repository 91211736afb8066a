import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { digestOf } from '../../auth/index.js'
import { configSchema } from './schema.js'

const secret = 'kDpb2fB0uHDd8O7pQDY2yA'
const digest = digestOf(secret)
const environment = { DESK: secret, SHORT: 'geheim', SPELLED: `sha256$${digest}` }

/** What stands under `auth.users`, read. */
function read(...users: readonly object[]) {
  return configSchema({ folder: '.', environment }).safeParse({ auth: { users } })
}

function tokensOf(...tokens: readonly object[]) {
  const { data } = read({ name: 'desk', tokens })
  return data?.auth?.users[0]?.tokens
}

const why = (...users: readonly object[]): string =>
  (read(...users).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')

suite('cli: tokens of users', () => {
  test('are kept as digests, however they are given, with the time at which they end', () => {
    const untilMs = Number.POSITIVE_INFINITY
    const spelled = { token: `sha256$${digest.toUpperCase()}` }
    for (const token of [spelled, { token: { env: 'DESK' } }, { token: { env: 'SPELLED' } }])
      assert.deepEqual(tokensOf(token), [{ digest, untilMs }])
    const ending = tokensOf({ ...spelled, until: '2027-01-31T01:00:00+01:00' })
    assert.equal(ending?.[0]?.untilMs, Date.UTC(2027, 0, 31))
  })

  test('are enough to sign in: a password is not needed beside one', () => {
    assert.equal(read({ name: 'desk', tokens: [{ token: { env: 'DESK' } }] }).success, true)
    assert.match(why({ name: 'desk', tokens: [] }), /^auth\.users\.0\.password: scrypt/)
  })

  for (const [what, tokens, expected] of [
    ['a bare token', [{ token: secret }], /tokens\.0\.token: sha256\$.*a bare token does not belong/],
    ['a short one', [{ token: { env: 'SHORT' } }], /22 characters or more, made at random/],
    ['a variable that is not set', [{ token: { env: 'NOPE' } }], /variable NOPE, which is not set/],
    ['a time without a day', [{ token: { env: 'DESK' }, until: '12:00' }], /tokens\.0\.until: a time such as/],
    ['the same twice', [{ token: { env: 'DESK' } }, { token: `sha256$${digest}` }], /a token that nobody else has/],
  ] as const)
    test(`${what} is refused with its place and what was expected`, () => {
      assert.match(why({ name: 'desk', tokens }), expected)
    })
})
