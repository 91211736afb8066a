import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { assertRefused, FoldedTopics, valueRecord } from '../../test/support/folded-topics.js'
import { selector } from '../../test/support/selectors.js'
import { defaultLimits } from '../limits.js'
import type { TopicProperties } from '../messages.js'
import { defaultProperties } from './properties.js'
import { propertiesOfNew } from './rules.js'

const rule = (text: string, properties: Partial<TopicProperties>) => ({ selector: selector(text), properties })

suite('a rule', () => {
  test('gives its properties to the topics that its selector matches, over the defaults', () => {
    const rules = [rule('fx/#', { priority: 0, delivery: 'all' })]
    assert.deepEqual(propertiesOfNew(valueRecord('fx/eurusd', '1'), rules, defaultLimits), {
      ...defaultProperties,
      priority: 0,
      delivery: 'all',
    })
    assert.deepEqual(propertiesOfNew(valueRecord('fy/eurusd', '1'), rules, defaultLimits), defaultProperties)
    assert.deepEqual(propertiesOfNew(valueRecord('fx', '1'), [], defaultLimits), defaultProperties)
  })

  test('gives way to later rules, and all of them to what the creator asks for', () => {
    const rules = [rule('#', { priority: 0, keep: false }), rule('fx/+', { priority: 1 })]
    const wanted = (path: string, properties: Partial<TopicProperties> | null) => {
      const { priority, keep } = propertiesOfNew(valueRecord(path, '1', { properties }), rules, defaultLimits)
      return [priority, keep]
    }
    assert.deepEqual(wanted('fx/eurusd', null), [1, false])
    assert.deepEqual(wanted('fx/eurusd/bid', null), [0, false])
    assert.deepEqual(wanted('fx/eurusd', { priority: 3 }), [3, false])
  })

  test('decides the type before a value does that declares one [SEM 4.4]', () => {
    const typed = (rules: Parameters<typeof propertiesOfNew>[1]) =>
      propertiesOfNew(valueRecord('a', '1', { type: 'string' }), rules, defaultLimits).type
    assert.equal(typed([]), 'string')
    assert.equal(typed([rule('a', { priority: 1 })]), 'string')
    assert.equal(typed([rule('a', { type: 'int64' })]), 'int64')
  })

  test('is read when a topic is made, not later', () => {
    const folded = new FoldedTopics({}, [rule('a', { priority: 0 })])
    folded.publish('a', '1')
    folded.topics.rules = [rule('#', { priority: 3 })]
    folded.publish('a', '2')
    folded.publish('b', '1')
    assert.equal(folded.topic('a').properties.priority, 0)
    assert.equal(folded.topic('b').properties.priority, 3)
  })

  test('binds the type of the very first value [SEM 4.4]', () => {
    const folded = new FoldedTopics({}, [rule('n/#', { type: 'int64' })])
    assertRefused(folded.publish('n/a', 'N/A'), 'invalidValue')
    assertRefused(folded.publish('n/a', '1', { type: 'string' }), 'typeMismatch')
    assert.equal(folded.topics.count, 0)
    assert.equal(folded.publish('n/a', '+01'), null)
    assert.equal(folded.value('n/a'), '1')
    assert.equal(folded.topic('n/a').type, 'int64')
  })

  test('binds the publisher of the very first value', () => {
    const folded = new FoldedTopics({}, [rule('owned/#', { owner: 'bob' })])
    assertRefused(folded.publish('owned/a', '1'), 'forbidden', /only bob/)
    assert.equal(folded.publish('owned/a', '1', { publisher: 'bob' }), null)
  })

  test('says whose topics are: nobody else makes one, and the type or the end of it is not theirs to choose [SEM 4.9]', () => {
    const folded = new FoldedTopics({}, [rule('owned/#', { owner: 'bob' })])
    const removal = { afterMs: 1_000, unsubscribedForMs: null, idleForMs: null, withSession: true }
    for (const properties of [{ owner: 'ann' }, { owner: null }, { type: 'int64' }, { removal }, {}] as const) {
      assertRefused(folded.publish('owned/a', '1', { properties }), 'forbidden', /belongs to bob/)
      assertRefused(folded.create('owned/a', properties), 'forbidden', /belongs to bob/)
    }
    assert.equal(folded.topics.count, 0)
    assert.equal(folded.publish('owned/a', '1', { publisher: 'bob', properties: { owner: 'bob' } }), null)
    assert.equal(folded.topic('owned/a').properties.owner, 'bob')
    assert.equal(folded.create('elsewhere/a', { removal }), null)
  })

  test('counts when a topic is created again: what it says is no difference', () => {
    const folded = new FoldedTopics({}, [rule('a', { priority: 0 })])
    assert.equal(folded.create('a', {}), null)
    assert.equal(folded.create('a', { priority: 0 }), null)
    assertRefused(folded.create('a', { priority: 2 }), 'alreadyExists')
  })
})
