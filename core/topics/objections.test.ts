import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { assertRefused, FoldedTopics, valueRecord } from '../../test/support/folded-topics.js'
import { defaultLimits } from '../limits.js'
import type { Attributes } from '../messages.js'
import { Objections } from './objections.js'

const attributes = (more: Partial<Attributes>): Attributes => ({
  ...{ pairs: [], contentType: null, isText: false, replyPath: null, correlation: null },
  ...more,
})

suite('an objection', () => {
  test('to a path that is none is invalidPath, for values and for topics without one [SEM 5.1]', () => {
    const folded = new FoldedTopics()
    assertRefused(folded.publish('a/+', '1'), 'invalidPath', /"\+" at 2/)
    assertRefused(folded.create('a/#'), 'invalidPath', /"#" at 2/)
    assert.equal(folded.topics.count, 0)
  })

  test('to another type than the one a topic is bound to is typeMismatch [SEM 4.4]', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1', { type: 'int64' })
    assertRefused(folded.publish('a', '1', { type: 'string' }), 'typeMismatch', /is int64, the value string/)
    assert.equal(folded.publish('a', '2', { type: 'int64' }), null)
  })

  test('to a value that does not fit the type it is bound to is invalidValue [SEM 4.4]', () => {
    const folded = new FoldedTopics()
    assertRefused(folded.publish('a', 'N/A', { type: 'double' }), 'invalidValue', /of type double: N\/A/)
    assert.equal(folded.topics.count, 0, 'a refused publish creates nothing')
    folded.create('a', { type: 'int64' })
    assertRefused(folded.publish('a', '1.5'), 'invalidValue')
    assert.equal(folded.publish('a', '+15'), null)
    assert.equal(folded.value('a'), '15')
  })

  test('never comes of a type that was only guessed [SEM 4.4]', () => {
    const folded = new FoldedTopics()
    for (const value of ['21.5', 'N/A', Uint8Array.of(0xff)]) assert.equal(folded.publish('a', value), null)
    assert.equal(folded.publish('a', '3', { type: 'int64' }), null)
  })

  test('to a first value of another type than the topic is asked to have is typeMismatch [SEM 4.4]', () => {
    const folded = new FoldedTopics()
    const more = { type: 'string', properties: { type: 'json' } } as const
    assertRefused(folded.publish('a', '1', more), 'typeMismatch')
  })

  test('to a topic that exists where it must not is conditionFailed [SEM 4.1]', () => {
    const folded = new FoldedTopics()
    const expect = { kind: 'absent' } as const
    assert.equal(folded.publish('a', '1', { expect }), null)
    assertRefused(folded.publish('a', '2', { expect }), 'conditionFailed', /exists/)
    folded.remove('a')
    assert.equal(folded.publish('a', '3', { expect }), null)
  })

  test('to another version than expected is conditionFailed, and says which it is [SEM 1.2]', () => {
    const folded = new FoldedTopics()
    const at = (offset: number) => ({ expect: { kind: 'version', epoch: 'checked before', offset } }) as const
    assertRefused(folded.publish('a', '1', at(0)), 'conditionFailed', /does not exist/)
    folded.publish('b', '1')
    folded.publish('a', '1')
    assertRefused(folded.publish('a', '2', at(1)), 'conditionFailed', /at offset 2/)
    assert.equal(folded.publish('a', '2', at(2)), null)
    assertRefused(folded.publish('a', '3', at(2)), 'conditionFailed', /at offset 3/)
  })

  test('to a publisher who is not the owner is forbidden', () => {
    const folded = new FoldedTopics()
    folded.create('a', { owner: 'bob' })
    assertRefused(folded.publish('a', '1'), 'forbidden', /only bob/)
    assert.equal(folded.publish('a', '1', { publisher: 'bob' }), null)
  })

  test('to a remover who is not the owner is forbidden; the gateway may', () => {
    const folded = new FoldedTopics()
    for (const path of ['a', 'b']) folded.create(path, { owner: 'bob' })
    assertRefused(folded.remove('a', null, 'ann'), 'forbidden', /only bob/)
    assert.equal(folded.remove('a', null, 'bob'), null)
    assert.equal(folded.remove('b'), null)
    folded.create('c')
    assert.equal(folded.remove('c', null, 'ann'), null)
  })

  test('to a message over the limit is tooLarge: value and path count', () => {
    const folded = new FoldedTopics({ messageBytesMax: 10 })
    assert.equal(folded.publish('ab', '12345678'), null)
    assertRefused(folded.publish('ab', '123456789'), 'tooLarge', /9 bytes/)
    assertRefused(folded.publish('é', '123456789'), 'tooLarge')
    assert.equal(folded.publish('é', '12345678'), null)
  })

  test('to attributes over the limit is tooLarge: all their bytes count [SEM 1.7]', () => {
    const folded = new FoldedTopics({ attributesBytesMax: 14 })
    const all = {
      pairs: [['né', 'v']],
      contentType: 'text',
      isText: false,
      replyPath: 'a/b',
      correlation: new Uint8Array(3),
    } as const
    assert.equal(folded.publish('a', '1', { attributes: attributes(all) }), null)
    for (const more of [
      { pairs: [['né', 'vw']] },
      { pairs: [...all.pairs, ['', 'x']] },
      { contentType: 'texts' },
      { replyPath: 'a/bc' },
      { correlation: new Uint8Array(4) },
    ] as const) {
      assertRefused(folded.publish('a', '1', { attributes: attributes({ ...all, ...more }) }), 'tooLarge', /attributes/)
    }
  })

  test('to attributes that some reader could not be told is invalidValue: it would hang up [SEM 1.7]', () => {
    const folded = new FoldedTopics()
    for (const more of [
      { pairs: [['a', 'x\0y']] },
      { pairs: [['a\0', 'x']] },
      { pairs: [['a', 'half \ud83d']] },
      { contentType: 'text/\0' },
      { replyPath: 'answers/#' },
      { replyPath: '+/answers' },
      { replyPath: 'answers\0' },
      { replyPath: '' },
    ] as const)
      assertRefused(folded.publish('a', '1', { attributes: attributes(more) }), 'invalidValue')
    const isText = attributes({ isText: true })
    assertRefused(folded.publish('a', Uint8Array.of(0xff), { attributes: isText }), 'invalidValue', /not UTF-8/)
    assert.equal(folded.topics.count, 0)
    assert.equal(folded.publish('a', '\u{1f600}', { attributes: isText }), null)
    const long = attributes({ replyPath: 'a/'.repeat(500), pairs: [['', '\u{1f600}']] })
    assert.equal(folded.publish('a', '1', { attributes: long }), null)
  })

  test('to one topic too many is limitReached, and topics that exist are published to all the same [SEM 4.8]', () => {
    const folded = new FoldedTopics({ topicsMax: 2 })
    for (const path of ['a', 'b']) assert.equal(folded.publish(path, '1'), null)
    assertRefused(folded.publish('c', '1'), 'limitReached', /2 topics/)
    assertRefused(folded.create('c'), 'limitReached')
    assert.equal(folded.publish('a', '2'), null)
    folded.remove('b')
    assert.equal(folded.publish('c', '1'), null)
  })

  test('to a topic for which no id is left is limitReached, as its id would be that of another one [SEM 4.8]', () => {
    const { topics } = new FoldedTopics()
    const refusalAt = (newestId: number) => {
      const { tree, rules, count } = topics
      const judged = { tree, rules, count, newestId, find: () => null, valueView: () => new Uint8Array() }
      return new Objections(judged, defaultLimits).to(valueRecord('a', '1'))
    }
    assert.equal(refusalAt(2 ** 32 - 2), null)
    assertRefused(refusalAt(2 ** 32 - 1), 'limitReached', /no topic id is left/)
  })

  test('to properties that cannot be is invalidProperties, also where a value brings them', () => {
    const folded = new FoldedTopics()
    const properties = { history: { count: 0, ageMs: null, bytes: null } }
    assertRefused(folded.create('a', properties), 'invalidProperties')
    assertRefused(folded.publish('a', '1', { properties }), 'invalidProperties')
    folded.publish('a', '1')
    assert.equal(folded.publish('a', '1', { properties }), null, 'they are ignored where the topic exists')
  })

  test('to creating a topic again with other properties is alreadyExists, with the same there is none', () => {
    const folded = new FoldedTopics()
    const history = { count: 5, ageMs: null, bytes: null }
    assert.equal(folded.create('a', { history, priority: 1 }), null)
    assert.equal(folded.create('a', { priority: 1, history: { bytes: null, ageMs: null, count: 5 } }), null)
    assertRefused(folded.create('a', { priority: 1 }), 'alreadyExists', /"count":5/)
    assert.equal(folded.topics.count, 1)
  })

  test('to removing what is not there is notFound', () => {
    const folded = new FoldedTopics()
    assertRefused(folded.remove('a'), 'notFound')
    folded.publish('a/b', '1')
    assertRefused(folded.remove('a'), 'notFound')
  })

  test('to removing another version than meant is conditionFailed: tidying up must not hit a newer value', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '1')
    folded.publish('a', '2')
    assertRefused(folded.remove('a', 1), 'conditionFailed')
    assert.equal(folded.remove('a', 2), null)
  })
})
