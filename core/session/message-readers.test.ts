import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { messageWorld } from '../../test/support/message-world.js'
import { selector } from '../../test/support/selectors.js'

suite('a reader of messages', () => {
  test('is told each message in order, with the lower of the two qualities of service [SEM 2.8]', () => {
    const { connect, pass } = messageWorld()
    const reader = connect('r').subscribe('a/#', { qos: 1 })
    const writer = connect('w')
    for (const qos of [0, 1, 2] as const) writer.publish('a/b', `${qos}`, qos)
    pass()
    assert.deepEqual(
      reader.got.map(({ value, qos }) => [value, qos]),
      [
        ['0', 0],
        ['1', 1],
        ['2', 1],
      ],
    )
  })

  for (const selector of ['a/#', 'a/b'])
    test(`leaves nothing of what it was given of ${selector} in history, unless somebody may come back to a position`, () => {
      const { gateway, connect, pass, peer } = messageWorld()
      const reader = connect('r').subscribe(selector, { qos: 1 })
      const writer = connect('w')
      const publish = (count: number) => {
        for (let n = 0; n < count; n++) {
          writer.publish('a/b', `${n}`, 1)
          pass()
        }
        return gateway.topics.tree.find('a/b')?.live?.history?.count
      }
      assert.equal(publish(5), 1)
      const watcher = peer()
      watcher.subscribe(selector, { delivery: 'all' })
      assert.equal(publish(5), 6)
      watcher.send({ kind: 'unsubscribe', request: 9, selector })
      assert.equal(publish(5), 1)
      assert.equal(reader.got.length, 15)
    })

  for (const [ageMs, left] of [
    [0, 1],
    [null, 5],
  ] as const)
    test(`leaves ${left} of 5 where a rule keeps history for ${ageMs ?? 'any number of'} ms, and may be as far behind as that says [SEM 3.3]`, () => {
      const history = { count: 3_000, bytes: 10_000_000, ageMs }
      const { gateway, connect, pass } = messageWorld({ rules: [{ selector: selector('a'), properties: { history } }] })
      const reader = connect('r').subscribe('a', { qos: 1 })
      const writer = connect('w')
      for (let n = 0; n < 5; n++) {
        writer.publish('a', `${n}`, 1)
        pass()
      }
      const kept = () => gateway.topics.tree.find('a')?.live?.history?.count
      assert.equal(kept(), left)
      reader.window = 0
      for (let n = 0; n < 2_000; n++) writer.publish('a', `${n}`, 1)
      pass()
      assert.ok((kept() ?? 0) >= 2_000)
      assert.equal(reader.closedFor, null)
    })

  test('of overlapping subscriptions is told once, as surely as the surest, with the labels of all', () => {
    const { connect, pass } = messageWorld()
    const [one, two] = ['one', 'two']
    const reader = connect('r')
      .subscribe('a/b', { qos: 0, labels: [one] })
      .subscribe('#', { qos: 2, labels: [two] })
    connect('w').publish('a/b', '1', 2)
    pass()
    assert.equal(reader.got.length, 1)
    assert.equal(reader.got[0]?.qos, 2)
    assert.deepEqual(reader.got[0]?.labels, [one, two])
    reader.unsubscribe('#')
    connect('w2').publish('a/b', '2', 2)
    pass()
    assert.equal(reader.got[1]?.qos, 0)
  })

  test('does not hear its own messages where it wants those of others only', () => {
    const { connect, pass } = messageWorld()
    const reader = connect('r').subscribe('a', { excludesOwn: true }).subscribe('b')
    reader.publish('a', 'own').publish('b', 'own too')
    connect('w').publish('a', 'other')
    pass()
    assert.deepEqual(reader.values.sort(), ['other', 'own too'])
  })

  test('is told nothing of topics that are created without a value', () => {
    const { connect, pass } = messageWorld()
    const reader = connect('r').subscribe('#')
    connect('w').say({ kind: 'create', request: 1, path: 'a', properties: {} })
    pass()
    assert.deepEqual(reader.got, [])
  })

  test('that settles nothing is given no more than its window, and goes on when it settles', () => {
    const { connect, pass } = messageWorld()
    const reader = connect('r')
    reader.window = 2
    reader.subscribe('#')
    const writer = connect('w')
    for (let i = 1; i <= 5; i++) writer.publish('a', `${i}`)
    pass()
    assert.deepEqual(reader.values, ['1', '2'])
    reader.subscribe('other')
    pass()
    assert.equal(reader.replies.filter(({ kind }) => kind === 'subscribed').length, 2, 'answers are not held up')
    reader.settle(1)
    pass()
    assert.deepEqual(reader.values, ['1', '2', '3'])
    reader.settle()
    pass()
    assert.deepEqual(reader.values, ['1', '2', '3', '4', '5'])
  })

  test('is told the latest only where it asks for that', () => {
    const { connect, pass } = messageWorld()
    const reader = connect('r').subscribe('#', { delivery: 'latest' })
    const writer = connect('w')
    for (let i = 1; i <= 5; i++) writer.publish('a', `${i}`)
    pass()
    assert.deepEqual(reader.values, ['5'])
  })

  test('that leaves takes nothing along: who reads each update as a state comes back to those that it missed [SEM 1.6]', () => {
    const { connect, pass, peer, failures } = messageWorld()
    const writer = connect('w').publish('a', '1')
    const reader = peer()
    reader.subscribe('a', { delivery: 'all' })
    const visitor = connect('visitor').subscribe('a')
    pass(50)
    visitor.say({ kind: 'unsubscribe', request: 1, selector: 'a' })
    pass(50)
    reader.cut()
    for (const value of ['2', '3', '4']) {
      writer.publish('a', value)
      pass(2_000)
    }
    reader.resume()
    pass(50)
    const values = reader.updates.map(({ value }) => new TextDecoder().decode(value))
    assert.deepEqual([values, failures], [['1', '2', '3', '4'], []])
  })
})

suite('retained values', () => {
  test('are told first, once each time a client subscribes, and marked as such [SEM 4.5]', () => {
    const { connect, pass } = messageWorld()
    const writer = connect('w').publish('a', '1', 1, true).publish('a', '2').publish('b', '3')
    const reader = connect('r').subscribe('#')
    pass()
    assert.deepEqual(reader.values, ['1'])
    assert.equal(reader.got[0]?.isSnapshot, true)
    reader.subscribe('#')
    pass()
    assert.deepEqual(reader.values, ['1', '1'])
    writer.publish('a', '4', 1, true)
    pass()
    assert.equal(reader.got[2]?.isSnapshot, false)
  })

  test('are told again or not as the client asks', () => {
    const { connect, pass } = messageWorld()
    connect('w').publish('a', '1', 1, true)
    const reader = connect('r').subscribe('a', { retained: 'ifNew' })
    pass()
    reader.subscribe('a', { retained: 'ifNew' })
    reader.subscribe('#', { retained: 'never' })
    pass()
    assert.deepEqual(reader.values, ['1'])
  })

  test('that are cleared are gone, and everybody is told by one empty message [SEM 4.5]', () => {
    const { connect, pass, gateway } = messageWorld()
    const writer = connect('w').publish('a', '1', 1, true)
    const reader = connect('r').subscribe('#')
    pass()
    writer.publish('a', '', 1, true)
    pass()
    assert.deepEqual(reader.values, ['1', ''])
    assert.equal(gateway.topics.count, 0)
    const late = connect('l').subscribe('#')
    pass()
    assert.deepEqual(late.got, [])
  })

  test('an empty message to a topic that is not there reaches whoever listens', () => {
    const { connect, pass, gateway } = messageWorld()
    const reader = connect('r').subscribe('#')
    connect('w').publish('a', '', 1, true)
    pass()
    assert.deepEqual(reader.values, [''])
    assert.equal(gateway.topics.count, 0)
  })

  test('of a topic that is removed by somebody else: an empty message says so [SEM 4.6]', () => {
    const { connect, pass } = messageWorld()
    const writer = connect('w').publish('a', '1', 1, true)
    const reader = connect('r').subscribe('#')
    pass()
    writer.say({ kind: 'remove', request: 1, selector: 'a' })
    pass()
    assert.deepEqual(reader.values, ['1', ''])
  })

  test('of a topic that is removed by somebody else say nothing where a rule says so, but readers of states are told [SEM 4.6]', () => {
    const { connect, pass, peer, gateway } = messageWorld()
    const writer = connect('w').publish('a', '1', 1, true).publish('b/c', '1', 1, true).publish('b/d', '1', 1, true)
    const reader = connect('r').subscribe('#', { retained: 'never' })
    const client = peer()
    client.subscribe('#')
    pass()
    gateway.setRules([
      { selector: selector('b/#'), properties: {}, tellsRemovals: false },
      { selector: selector('b/d'), properties: {}, tellsRemovals: true },
      { selector: selector('#'), properties: {} },
    ])
    writer.say({ kind: 'remove', request: 1, selector: '#' })
    pass()
    assert.deepEqual(
      reader.got.map(({ path }) => path),
      ['a', 'b/d'],
    )
    assert.deepEqual([...client.values], [])
  })

  test('that a client clears are told whatever a rule says [SEM 4.5]', () => {
    const { connect, pass } = messageWorld({
      rules: [{ selector: selector('#'), properties: {}, tellsRemovals: false }],
    })
    const writer = connect('w').publish('a', '1', 1, true)
    const reader = connect('r').subscribe('#', { retained: 'never' })
    writer.publish('a', '', 1, true)
    pass()
    assert.deepEqual(reader.values, [''])
  })

  test('of many topics are queued a few at a time', () => {
    const { connect, pass, gateway } = messageWorld()
    const writer = connect('w')
    for (let i = 0; i < 2_000; i++) writer.publish(`t/${i}`, `${i}`, 1, true)
    pass()
    const reader = connect('r')
    reader.window = 100
    reader.subscribe('#')
    pass(50)
    assert.equal(reader.got.length, 100)
    const session = [...gateway.sessions.all()].find(({ name }) => name === 'r')
    assert.ok((session?.outbox.queuedCount ?? 0) <= 512, `${session?.outbox.queuedCount} wait`)
    for (let i = 0; i < 20; i++) {
      reader.settle()
      pass(20)
    }
    assert.equal(new Set(reader.values).size, 2_000)
    assert.equal(reader.got.length, 2_000)
  })
})
