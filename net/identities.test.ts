import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Credentials, Identified } from '../core/index.js'
import { principal } from '../test/support/scripted-access.js'
import { SimulatedClock } from '../test/support/simulated-clock.js'
import { Identities } from './identities.js'
import { netLimits } from './limits.js'

/** A gateway that is asked who somebody is, and answers when the test says so. */
function world({ isSlow = false, validForMs = Number.POSITIVE_INFINITY } = {}) {
  const clock = new SimulatedClock()
  const asked: Credentials[] = []
  const waiting: (() => void)[] = []
  const identify = (credentials: Credentials, answer: (identified: Identified) => void) => {
    asked.push(credentials)
    const validUntilMs = clock.timeMs() + validForMs
    const say = () =>
      answer(
        credentials.password === 'wrong'
          ? { kind: 'refused', reason: 'notAuthenticated' }
          : { kind: 'accepted', principal: principal(credentials.user ?? 'anonymous'), validUntilMs },
      )
    if (isSlow) waiting.push(say)
    else say()
  }
  return { clock, asked, waiting, identities: new Identities({ clock, identify }) }
}

const ann = { user: 'ann', password: 'right', peer: '::1' }
const nameOf = (identified: Identified) =>
  identified.kind === 'accepted' ? identified.principal.name : identified.reason

suite('identities', () => {
  test('who was let in is known for a few seconds, and then asked about again', async () => {
    const { clock, asked, identities } = world()
    for (const ms of [0, netLimits.identityMs - 1]) {
      clock.advance(ms)
      assert.equal(nameOf(await identities.of(ann)), 'ann')
    }
    assert.equal(asked.length, 1)
    clock.advance(1)
    assert.equal(nameOf(await identities.of(ann)), 'ann')
    assert.equal(asked.length, 2)
  })

  test('whoever shows something else, or is somewhere else, is somebody else', async () => {
    const { asked, identities } = world()
    for (const other of [{ user: 'bob' }, { password: 'wrong' }, { peer: '::2' }, { token: 't' }])
      await identities.of({ ...ann, ...other })
    await identities.of({ peer: '::1' })
    await identities.of({ peer: '::2' })
    assert.equal(asked.length, 6)
  })

  test('who was refused is asked about each time', async () => {
    const { asked, identities } = world()
    for (let time = 0; time < 3; time++)
      assert.equal(nameOf(await identities.of({ ...ann, password: 'wrong' })), 'notAuthenticated')
    assert.equal(asked.length, 3)
  })

  test('several that ask the same at the same time are one question', async () => {
    const { asked, waiting, identities } = world({ isSlow: true })
    const answers = [identities.of(ann), identities.of(ann)]
    for (const say of waiting) say()
    assert.deepEqual((await Promise.all(answers)).map(nameOf), ['ann', 'ann'])
    assert.equal(asked.length, 1)
  })

  test('what has ended counts no longer than it was to', async () => {
    const { clock, asked, identities } = world({ validForMs: 100 })
    await identities.of(ann)
    clock.advance(100)
    await identities.of(ann)
    assert.equal(asked.length, 2)
  })

  test('at the bound the one asked about longest ago is forgotten', async () => {
    const { asked, identities } = world()
    for (let peer = 0; peer <= netLimits.identitiesMax; peer++) await identities.of({ peer: `${peer}` })
    const before = asked.length
    await identities.of({ peer: '1' })
    assert.equal(asked.length, before)
    await identities.of({ peer: '0' })
    assert.equal(asked.length, before + 1)
  })
})
