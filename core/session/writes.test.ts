import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { ScriptedAccess } from '../../test/support/scripted-access.js'
import { ImpatientClock } from '../../test/support/simulated-clock.js'

suite('removing', () => {
  test('stops at what may not be removed any more, where rights are taken away while it is under way [SEM 6.1]', () => {
    const access = new ScriptedAccess()
    const { clock, gateway, peer, failures } = memoryGateway({ authorizer: access }, new ImpatientClock())
    const client = peer()
    for (let topic = 0; topic < 1_000; topic++) client.publish(`t/${topic}`, '1')
    clock.advance(100)
    access.allowed = (_who, action) => action !== 'remove'
    let asked = 0
    access.covered = () => {
      asked += 1
      if (asked === 3) access.generation += 1
      return access.generation === 0 ? 'all' : 'none'
    }
    client.send({ kind: 'remove', request: 7, selector: '#' })
    clock.advance(1_000)
    const done = client.heard.find((message) => message.kind === 'done')
    const { topics } = gateway.statistics()
    assert.ok(topics > 0 && topics < 1_000, `${topics} left`)
    assert.deepEqual([done?.request, done?.count, failures], [7, 1_000 - topics, []])
  })
})

suite('a publish at which the gateway made a mistake', () => {
  const fail = () => {
    throw new Error('our mistake')
  }
  for (const where of ['asking for rights', 'writing'])
    test(`in ${where} is refused when it is repeated, not accepted`, () => {
      const access = new ScriptedAccess()
      const { clock, gateway, peer, failures } = memoryGateway({ authorizer: access })
      const client = peer()
      const { log } = gateway
      const [allowed, append] = [access.allowed, log.append]
      if (where === 'writing') log.append = fail
      else access.allowed = fail
      client.publish('t', '1', { sequence: 1 })
      assert.equal(client.closedFor, 'internalError')
      access.allowed = allowed
      log.append = append
      client.resume()
      clock.advance(5)
      for (const sequence of [1, 2]) client.publish('t', '1', { sequence })
      clock.advance(50)
      const answers = client.heard.flatMap((message) =>
        message.kind === 'publishRefused' || message.kind === 'accepted' ? [[message.kind, message.sequence]] : [],
      )
      assert.deepEqual(answers, [
        ['publishRefused', 1],
        ['accepted', 2],
      ])
      assert.deepEqual([gateway.log.offset, failures.length], [1, 1])
    })
})
