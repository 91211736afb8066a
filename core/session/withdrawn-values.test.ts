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
  /** Each value of a topic that went is owed to the reader, whose link is full; and to somebody else, so that they are kept. */
  function owedOfOneThatWent(selector: string, comesAgain: boolean) {
    const made = world()
    const { clock, peer, writer, reader } = made
    writer.publish('secret/a', 'known')
    clock.advance(50)
    reader.subscribe(selector, { delivery: 'all' })
    const other = peer({ credentials: { user: 'other', peer: '' } }, 400)
    other.subscribe('secret/a', { delivery: 'all' })
    for (const each of [reader, other]) each.subscribe('open/filling')
    clock.advance(50)
    for (const each of [reader, other]) each.stall()
    writer.publish('open/filling', 'x'.repeat(500))
    for (const value of ['one', 'other']) writer.publish('secret/a', value)
    clock.advance(50)
    writer.send({ kind: 'remove', request: 9, selector: 'secret/a' })
    clock.advance(50)
    if (comesAgain) writer.publish('secret/a', 'anew')
    clock.advance(50)
    const before = reader.updates.length
    const told = () => {
      for (const each of [reader, other]) each.unstall()
      clock.advance(1_000)
      assert.deepEqual(made.failures, [])
      assert.ok(other.updates.length > 4)
      return reader.updates.slice(before).filter(({ path }) => path === 'secret/a')
    }
    return { ...made, told }
  }

  for (const selector of ['#', 'secret/#', 'secret/a'])
    for (const comesAgain of [false, true])
      test(`hold for the values of a topic that went${comesAgain ? ' and came again' : ''}, of which each was owed to a reader of ${selector} [SEM 6.1]`, () => {
        const { withdraw, told } = owedOfOneThatWent(selector, comesAgain)
        withdraw()
        assert.deepEqual(
          told().filter(({ hasValue }) => hasValue),
          [],
        )
      })

  for (const selector of ['secret/#', 'secret/a'])
    test(`who ends ${selector} is told that a topic of it went, and nothing of what it was before [SEM 2.5]`, () => {
      const { clock, reader, told } = owedOfOneThatWent(selector, false)
      reader.unsubscribe(selector)
      clock.advance(50)
      assert.deepEqual(
        told().map(({ isRemoved }) => isRemoved),
        [true],
      )
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

  test('do not keep a snapshot from its end, of which all that waited is theirs', () => {
    const { clock, writer, reader, withdraw, failures } = world()
    writer.publish('secret/1', 'a value')
    reader.subscribe('open/filling')
    clock.advance(50)
    reader.stall()
    writer.publish('open/filling', 'x'.repeat(500))
    clock.advance(50)
    reader.subscribe('{open,secret}/#', { snapshot: true })
    clock.advance(50)
    withdraw()
    const before = reader.heard.filter(({ kind }) => kind === 'synced').length
    reader.unstall()
    clock.advance(1_000)
    assert.deepEqual([failures, reader.heard.filter(({ kind }) => kind === 'synced').length], [[], before + 1])
  })
})
