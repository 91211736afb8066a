import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../../test/support/memory-gateway.js'
import { ScriptedAccess } from '../../test/support/scripted-access.js'

/** A reader, ada, who may read everything until she may read nothing that is secret; her link takes little. */
function world() {
  const access = new ScriptedAccess()
  const made = memoryGateway({ authenticator: access, authorizer: access })
  const writer = made.peer({ credentials: { user: 'clerk', peer: '' } })
  const reader = made.peer({ credentials: { user: 'ada', peer: '' } }, 400)
  const withdraw = () => {
    const isSecret = (text: string) => text.startsWith('secret')
    access.covered = ({ name }, _action, selector) => (name !== 'ada' ? 'all' : isSecret(selector) ? 'none' : 'some')
    access.allowed = ({ name }, _action, path) => name !== 'ada' || !isSecret(path)
    access.generation += 1
    made.clock.advance(2_000)
  }
  return { ...made, writer, reader, withdraw }
}

suite('rights that are withdrawn from a reader of states', () => {
  for (const selector of ['#', 'secret/#', 'secret/a'])
    test(`hold for the values of a topic that went, of which each was owed to a reader of ${selector} [SEM 6.1]`, () => {
      const { clock, peer, writer, reader, withdraw, failures } = world()
      writer.publish('secret/a', 'known')
      clock.advance(50)
      reader.subscribe(selector, { delivery: 'all' })
      clock.advance(50)
      // Somebody else is owed them too, and may have them: they are kept.
      const other = peer({ credentials: { user: 'other', peer: '' } }, 400)
      for (const each of [reader, other]) {
        each.subscribe('open/filling')
        if (each === other) each.subscribe('secret/a', { delivery: 'all' })
        clock.advance(50)
        each.stall()
      }
      writer.publish('open/filling', 'x'.repeat(500))
      for (const value of ['one', 'other']) writer.publish('secret/a', value)
      clock.advance(50)
      writer.send({ kind: 'remove', request: 9, selector: 'secret/a' })
      clock.advance(50)
      withdraw()
      const before = reader.updates.length
      for (const each of [reader, other]) each.unstall()
      clock.advance(1_000)
      assert.ok(other.updates.length > 4)
      const told = reader.updates.slice(before).filter(({ path }) => path === 'secret/a')
      assert.deepEqual([told.filter(({ hasValue }) => hasValue), failures], [[], []])
    })

  test('do not keep a snapshot from its end, whose topics waited for the link', () => {
    const { clock, writer, reader, withdraw, failures } = world()
    for (let i = 0; i < 20; i++) for (const kind of ['open', 'secret']) writer.publish(`${kind}/${i}`, 'a value')
    clock.advance(50)
    reader.stall()
    reader.subscribe('#')
    clock.advance(50)
    withdraw()
    reader.unstall()
    clock.advance(1_000)
    assert.deepEqual([failures, reader.heard.some(({ kind }) => kind === 'synced')], [[], true])
    assert.equal([...reader.values.keys()].filter((path) => path.startsWith('open')).length, 20)
  })
})
