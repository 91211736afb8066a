import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { principal, ScriptedAccess } from '../../test/support/scripted-access.js'
import { defaultProperties } from '../topics/properties.js'
import { Topic } from '../topics/topic.js'
import { TreeNode } from '../topics/topic-tree.js'
import { Rights } from './rights.js'

/** Ada reads everything with a role, and without one what is no secret; 100 topics of each kind rest. */
function twoKinds() {
  const access = new ScriptedAccess()
  access.principals.set('ada', principal('ada'))
  access.allowed = ({ name, roles }, _action, path) => name !== 'ada' || roles.length > 0 || !path.startsWith('secret')
  access.covered = ({ name, roles }) => (name !== 'ada' || roles.length > 0 ? 'all' : 'some')
  const made = memoryGateway({ authenticator: access, authorizer: access })
  const writer = made.peer({ credentials: { user: 'clerk', peer: '' } })
  for (let count = 0; count < 100; count++)
    for (const kind of ['open', 'secret']) writer.publish(`${kind}/${count}`, 'a value')
  const ada = { credentials: { user: 'ada', peer: '' } }
  const reader = made.peer(ada)
  reader.subscribe('#')
  made.clock.advance(100)
  assert.equal(reader.values.size, 100)
  reader.cut()
  const promote = () => access.principals.set('ada', principal('ada', { roles: ['insider'] }))
  return { ...made, reader, ada, promote }
}

suite('rights', () => {
  test('what may be read is asked once a topic and generation, and remembered of a hundred thousand topics at most [SEM 6.1]', () => {
    const access = new ScriptedAccess()
    let asked = 0
    access.allowed = () => {
      asked += 1
      return true
    }
    const rights = new Rights(access, principal('ada'))
    const node = new TreeNode('a', null)
    const topic = (id: number) => new Topic(id, node, defaultProperties, 0)
    for (let round = 0; round < 2; round++) for (let id = 1; id <= 10; id++) rights.mayRead(topic(id))
    assert.equal(asked, 10)
    access.generation += 1
    for (let id = 1; id <= 100_000; id++) rights.mayRead(topic(id))
    assert.equal(asked, 100_010)
    // The next finds no room: all are forgotten.
    for (const id of [100_001, 1]) rights.mayRead(topic(id))
    assert.equal(asked, 100_012)
  })

  test('what rests is told to who comes back with more of them, by a wildcard that was readable in part [SEM 6.1]', () => {
    const { clock, reader, ada, promote, failures } = twoKinds()
    promote()
    reader.resume(ada)
    clock.advance(100)
    assert.deepEqual([failures, reader.values.size], [[], 200])
    const told = reader.updates.length
    // Once, as far as the client is heard to have been let in.
    reader.send({ kind: 'acknowledge', offset: reader.position.offset, held: [] })
    reader.cut()
    reader.resume(ada)
    clock.advance(100)
    assert.deepEqual([failures, reader.updates.length], [[], told])
  })

  test('what rests is not told again to who comes back with the same rights', () => {
    const { clock, reader, ada, failures } = twoKinds()
    const told = reader.updates.length
    reader.resume(ada)
    clock.advance(100)
    assert.deepEqual([failures, reader.updates.length], [[], told])
  })

  for (const [lost, windowBytes] of [
    ['everything', 1_000_000],
    ['all but the first updates', 500],
  ] as const)
    test(`what rests is told to who comes back with more of them also where ${lost} was lost on the way`, () => {
      const { clock, reader, ada, promote, failures } = twoKinds()
      promote()
      reader.stall()
      reader.resume(ada, windowBytes)
      clock.advance(100)
      if (windowBytes === 500) {
        reader.unstall()
        reader.stall()
        reader.send({ kind: 'acknowledge', offset: reader.position.offset, held: [] })
      }
      reader.cut()
      reader.unstall()
      reader.resume(ada)
      clock.advance(100)
      assert.deepEqual([failures, reader.values.size], [[], 200])
    })
})
