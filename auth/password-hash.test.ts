import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { hashPassword, matchesHash, parsePasswordHash } from './password-hash.js'

const cheap = { rounds: 2, blockSize: 1, parallelism: 1 }

/** scrypt("", "", 16, 1, 1) and others of RFC 7914 §12 have salts too short for us, except this one. */
const fromRfc = {
  password: 'pleaseletmein',
  text: `scrypt$16384$8$1$${Buffer.from('SodiumChloride').toString('base64')}$${Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    'hex',
  ).toString('base64')}`,
}

suite('auth: stored passwords', () => {
  test('the test vector of RFC 7914 is read and matches its password', async () => {
    const hash = parsePasswordHash(fromRfc.text)
    assert.ok(hash)
    assert.equal(await matchesHash(fromRfc.password, hash), true)
    assert.equal(await matchesHash('pleaseletmeout', hash), false)
  })

  test('a new hash is read again, matches its password only, and never looks the same twice', async () => {
    const [one, other] = [await hashPassword('geheim', cheap), await hashPassword('geheim', cheap)]
    assert.notEqual(one, other)
    const hash = parsePasswordHash(one)
    assert.ok(hash)
    assert.equal(await matchesHash('geheim', hash), true)
    assert.equal(await matchesHash('Geheim', hash), false)
  })

  const salt = 'c2FsdHNhbHRzYWx0'
  const key = 'a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5'
  for (const [why, text] of [
    ['a bare password', 'geheim'],
    ['another algorithm', `bcrypt$16384$8$1$${salt}$${key}`],
    ['rounds that are no power of two', `scrypt$16383$8$1$${salt}$${key}`],
    ['one round', `scrypt$1$8$1$${salt}$${key}`],
    ['no block', `scrypt$16384$0$1$${salt}$${key}`],
    ['a gigabyte of memory', `scrypt$1048576$8$1$${salt}$${key}`],
    ['a short salt', `scrypt$16384$8$1$abc$${key}`],
    ['a cut key', `scrypt$16384$8$1$${salt}$a2V5`],
    ['something behind it', `scrypt$16384$8$1$${salt}$${key}$`],
  ] as const) {
    test(`${why} is not a stored password`, () => assert.equal(parsePasswordHash(text), null))
  }
})
