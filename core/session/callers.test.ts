import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { publication } from '../../test/support/memory-peer.js'
import { principal } from '../../test/support/scripted-access.js'
import { ImpatientClock } from '../../test/support/simulated-clock.js'
import type { GatewayMessage } from '../index.js'

const fetchOf = (selector: string) =>
  ({ kind: 'fetch', request: 1, selector, after: null, limit: 0, describe: false }) as const

suite('callers without a session', () => {
  test('are told of one topic within the call, as they publish', () => {
    const { gateway } = memoryGateway()
    const answers: GatewayMessage[] = []
    const ask = (message: Parameters<typeof gateway.request>[1]) =>
      gateway.request(principal('ann'), message, (answer) => answers.push(answer))
    ask(publication('a/b', '1', { sequence: 1 }))
    ask(fetchOf('a/b'))
    assert.deepEqual(
      answers.map((answer) => (answer.kind === 'fetched' ? answer.topics.map(({ path }) => path) : answer.kind)),
      ['accepted', ['a/b']],
    )
  })

  test('are told of what takes longer in turns', () => {
    const { gateway, clock } = memoryGateway({}, new ImpatientClock())
    for (let topic = 0; topic < 2_000; topic++)
      gateway.request(principal('ann'), publication(`a/${topic}`, '1', { sequence: 1 }), () => undefined)
    const answers: GatewayMessage[] = []
    gateway.request(principal('ann'), fetchOf('#'), (answer) => answers.push(answer))
    assert.deepEqual(answers, [])
    clock.advance(1_000)
    assert.equal(answers.length, 1)
  })
})
