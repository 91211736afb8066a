import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { principal, ScriptedAccess } from '../../test/support/scripted-access.js'
import { defaultProperties } from '../topics/properties.js'
import { Topic } from '../topics/topic.js'
import { TreeNode } from '../topics/topic-tree.js'
import { Rights } from './rights.js'

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
})
