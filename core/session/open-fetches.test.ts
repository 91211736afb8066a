import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import type { MemoryPeer } from '../../test/support/memory-peer.js'
import type { Authenticator, Fetch, GatewayMessage, Limits, Principal } from '../index.js'

const principal = (name: string): Principal => ({ name, roles: [], rootPath: '', properties: {} })

/** Who says a name is that user. */
const byName: Authenticator = {
  authenticate: ({ user = 'anonymous' }, answer) => answer({ kind: 'accepted', principal: principal(user) }),
}

const firstPage: Fetch = {
  kind: 'fetch',
  request: 1,
  selector: 'f/#',
  after: null,
  limit: 1,
  describe: false,
}

/** Two topics, so that a fetch of one a page has more; clients by name, and callers without a session. */
function withTwoTopics(limits: Partial<Limits> = {}) {
  const made = memoryGateway({ authenticator: byName, limits })
  const named = (user: string) => made.peer({ credentials: { peer: '', user } })
  const writer = named('writer')
  for (const path of ['f/1', 'f/2']) writer.publish(path, '1')
  const open = (client: MemoryPeer): string => {
    client.send(firstPage)
    made.clock.advance(50)
    const page = client.heard.at(-1)
    return page?.kind === 'fetched' ? (page.after ?? '') : ''
  }
  const goesOn = (client: MemoryPeer, after: string) => {
    client.send({ ...firstPage, after })
    made.clock.advance(50)
    return client.heard.at(-1)?.kind === 'fetched'
  }
  const request = (user: string, message: Fetch): GatewayMessage | undefined => {
    const answers: GatewayMessage[] = []
    made.gateway.request(principal(user), message, (answer) => answers.push(answer))
    made.clock.advance(50)
    return answers[0]
  }
  return { ...made, named, open, goesOn, request }
}

suite('fetches that wait to be asked on', () => {
  test('go with their session, also a page that is found after its end', () => {
    const { gateway, clock, named, open } = withTwoTopics()
    const client = named('ada')
    for (let count = 0; count < 5; count++) open(client)
    assert.equal(gateway.fetches.openCount, 5)
    client.send(firstPage)
    client.send({ kind: 'bye' })
    assert.equal(gateway.fetches.openCount, 0)
    clock.advance(50)
    assert.equal(gateway.fetches.openCount, 0)
  })

  test('are safe from one client that opens many, in one session after another or in several at once', () => {
    const { named, open, goesOn } = withTwoTopics({ fetchCursorsMax: 10, fetchSessionCursorsMax: 4 })
    const ada = named('ada')
    const after = open(ada)
    for (let session = 0; session < 5; session++) {
      const mallory = named('mallory')
      for (let count = 0; count < 4; count++) open(mallory)
      if (session % 2 === 0) mallory.send({ kind: 'bye' })
    }
    assert.equal(goesOn(ada, after), true)
  })

  test('of callers without a session are not bounded as if all were one session', () => {
    const { request } = withTwoTopics({ fetchCursorsMax: 10, fetchSessionCursorsMax: 2 })
    const pages = [1, 2, 3, 4].map(() => request('anonymous', firstPage))
    for (const page of pages) {
      assert.ok(page?.kind === 'fetched')
      assert.equal(request('anonymous', { ...firstPage, after: page.after })?.kind, 'fetched')
    }
  })

  test('of one session are bounded: its oldest is forgotten', () => {
    const { named, open, goesOn } = withTwoTopics({ fetchSessionCursorsMax: 2 })
    const client = named('ada')
    const names = [1, 2, 3].map(() => open(client))
    assert.deepEqual(
      names.map((after) => goesOn(client, after)),
      [false, true, true],
    )
  })
})
