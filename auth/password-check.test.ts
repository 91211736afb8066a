import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { suite, test } from 'mocha'
import { authLimits } from './limits.js'
import { PasswordCheck } from './password-check.js'
import { hashPassword, parsePasswordHash } from './password-hash.js'

suite('auth: password check', () => {
  test('beyond the waiting line the answer is busy, and it says so at once', async () => {
    const cheap = parsePasswordHash(await hashPassword('x', { rounds: 2, blockSize: 1, parallelism: 1 }))
    const passwords = new PasswordCheck(cheap)
    const room = authLimits.hashesAtOnceMax + authLimits.waitingSignInsMax
    const verdicts = Array.from({ length: room + 1 }, (_, index) => passwords.check(`stranger-${index}`, 'x', null))
    assert.equal(await verdicts[room], 'busy')
    const others = await Promise.all(verdicts.slice(0, room))
    assert.ok(others.every((verdict) => verdict === 'wrong'))
  })

  test('an unknown user costs about what a known one costs', async () => {
    const hash = parsePasswordHash(await hashPassword('geheim'))
    assert.ok(hash)
    const passwords = new PasswordCheck(hash)
    const known = await duration(() => passwords.check('ann', 'wrong', { kind: 'hash', hash }))
    const secret = await duration(() => passwords.check('bob', 'wrong', { kind: 'secret', secret: 'geheim' }))
    const unknown = await duration(() => passwords.check('eve', 'wrong', null))
    // A hash takes some 50 ms and leaving it out under one, so that a wide bound still tells them apart.
    for (const each of [secret, unknown]) assert.ok(each > known / 5, `${each} ms against ${known} ms`)
  })
})

async function duration(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
