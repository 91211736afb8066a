import assert from 'node:assert/strict'
import type { ClientMessage, GatewayMessage, Publish } from '../../core/index.js'
import { plainOptions, publication, text } from '../support/memory-peer.js'
import type { ConformanceCase, World } from './world.js'

/** Asks without a session and waits for the one answer. */
async function asked(world: World, message: ClientMessage): Promise<GatewayMessage> {
  const { ask } = world.listening
  assert.ok(ask, 'a harness that serves requests can ask')
  const answers: GatewayMessage[] = []
  void ask.call(world.listening, message).then((answer) => answers.push(answer))
  await world.time.until(`an answer to ${message.kind}`, () => answers.length > 0)
  const [answer] = answers
  assert.ok(answer)
  return answer
}

async function published(world: World, path: string, value: string, more: Partial<Publish> = {}) {
  const answer = await asked(world, publication(path, value, { sequence: 1, ...more }))
  return answer.kind === 'publishRefused' ? answer.refusal.code : answer.kind
}

async function refusedCode(world: World, message: ClientMessage): Promise<string> {
  const answer = await asked(world, message)
  return answer.kind === 'refused' ? answer.refusal.code : answer.kind
}

const fetchOf = (after: string | null) =>
  ({ kind: 'fetch', request: 1, selector: '#', after, limit: 2, describe: false }) as const

/** What every transport must do that takes requests without a session. */
export const requests: readonly ConformanceCase[] = [
  {
    name: 'without a session: a publish is answered with its version [SEM 4.1]',
    run: async (world) => {
      const answer = await asked(world, publication('a', '1', { sequence: 1 }))
      assert.deepEqual(answer.kind === 'accepted' && answer.version, { offset: 1, previous: 0 })
      assert.equal(world.gateway.statistics().topics, 1)
    },
  },
  {
    name: 'without a session: a publish is refused with the same codes [PROTOCOL 6.7]',
    run: async (world) => {
      assert.equal(await published(world, 'a', '1', { type: 'int64' }), 'accepted')
      assert.equal(await published(world, 'a', '1', { type: 'string' }), 'typeMismatch')
      assert.equal(await published(world, '$a', '1'), 'forbidden')
      assert.equal(await published(world, 'a/#', '1'), 'invalidPath')
      assert.equal(await published(world, 'a', '1', { expect: { kind: 'absent' } }), 'conditionFailed')
    },
  },
  {
    name: 'without a session: topics are fetched page by page [PROTOCOL 3.9]',
    run: async (world) => {
      for (const path of ['a', 'b', 'c']) world.publish(path, path)
      const first = await asked(world, fetchOf(null))
      assert.ok(first.kind === 'fetched' && first.after !== null)
      const second = await asked(world, fetchOf(first.after))
      assert.ok(second.kind === 'fetched' && second.after === null)
      const values = [...first.topics, ...second.topics].map(({ value }) => value && text(value))
      assert.deepEqual(values.sort(), ['a', 'b', 'c'])
    },
  },
  {
    name: 'without a session: topics are created and removed [PROTOCOL 3.2]',
    run: async (world) => {
      const created = await asked(world, { kind: 'create', request: 1, path: 'a', properties: { type: 'json' } })
      assert.equal(created.kind, 'done')
      const removed = await asked(world, { kind: 'remove', request: 2, selector: '#' })
      assert.ok(removed.kind === 'done' && removed.count === 1)
      assert.equal(world.gateway.statistics().topics, 0)
    },
  },
  {
    name: 'without a session: what needs one is refused as unsupported [PROTOCOL 6.7]',
    run: async (world) => {
      const subscribe = { kind: 'subscribe', request: 1, selector: '#', options: plainOptions } as const
      assert.equal(await refusedCode(world, subscribe), 'unsupported')
      assert.equal(await refusedCode(world, { kind: 'unsubscribe', request: 2, selector: '#' }), 'unsupported')
    },
  },
  {
    name: 'without a session: the gateway is looked after [PROTOCOL 9.1]',
    run: async (world) => {
      const report = await asked(world, {
        kind: 'administer',
        request: 1,
        operation: 'showGateway',
        target: '',
        after: '',
      })
      assert.ok(report.kind === 'report' && report.document.includes(world.gateway.statistics().epoch))
    },
  },
]
