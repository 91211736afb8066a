import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { assertRefused, FoldedTopics } from '../../test/support/folded-topics.js'

const merge = true

suite('a publish that merges', () => {
  test('changes the current value by a patch, and the result is json', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '{"bid":1,"ask":2}')
    assert.equal(folded.publish('a', '{"ask":null,"last":3}', { merge }), null)
    assert.equal(folded.value('a'), '{"bid":1,"last":3}')
    assert.equal(folded.topic('a').type, 'json')
  })

  test('begins with nothing where there is no topic, or none with a value', () => {
    const folded = new FoldedTopics()
    folded.create('b', { type: 'json' })
    for (const path of ['a', 'b']) {
      assert.equal(folded.publish(path, '{"bid":1,"ask":null}', { merge }), null)
      assert.equal(folded.value(path), '{"bid":1}')
    }
    assert.equal(folded.topic('a').properties.type, null, 'and binds no type')
  })

  test('is refused as typeMismatch where the topic or the patch is of another type', () => {
    const folded = new FoldedTopics()
    folded.create('a', { type: 'string' })
    assertRefused(folded.publish('a', '{}', { merge }), 'typeMismatch', /is string/)
    assertRefused(folded.publish('b', '{}', { merge, type: 'binary' }), 'typeMismatch')
    assert.equal(folded.publish('b', '{}', { merge, type: 'json' }), null)
  })

  test('is refused as invalidValue where one of the two is no JSON', () => {
    const folded = new FoldedTopics()
    folded.publish('a', '{"bid":1}')
    assertRefused(folded.publish('a', '{"bid":', { merge }), 'invalidValue', /patch/)
    assertRefused(folded.publish('a', Uint8Array.of(0xff), { merge }), 'invalidValue', /patch/)
    for (const value of ['N/A', Uint8Array.of(0xff)]) {
      folded.publish('a', value)
      assertRefused(folded.publish('a', '{}', { merge }), 'invalidValue', /current value/)
    }
  })

  test('is refused as tooLarge where the result is, although the patch is not', () => {
    const folded = new FoldedTopics({ messageBytesMax: 20 })
    folded.publish('a', '{"bid":1234567}')
    assertRefused(folded.publish('a', '{"ask":1234567}', { merge }), 'tooLarge', /merged value of 29 bytes/)
    assert.equal(folded.value('a'), '{"bid":1234567}')
  })

  test('of a few bytes onto a long value is refused, since all of it would be read and written anew [SEM 2.5]', () => {
    const folded = new FoldedTopics({ mergeBytesMax: 30 })
    folded.publish('a', '{"bid":123456789012}')
    assert.equal(folded.publish('a', '{"bid":12}', { merge }), null, 'at the bound')
    folded.publish('a', '{"bid":1234567890123}')
    assertRefused(folded.publish('a', '{"bid":12}', { merge }), 'tooLarge', /31 bytes: publish the whole value/)
    assertRefused(folded.publish('b', `{"bid":"${'x'.repeat(30)}"}`, { merge }), 'tooLarge')
    assert.equal(folded.value('a'), '{"bid":1234567890123}')
    assert.equal(folded.publish('a', `{"bid":"${'x'.repeat(30)}"}`), null, 'a whole value may be longer')
  })

  test('is refused where the result is nested so deeply that it cannot be written', () => {
    const folded = new FoldedTopics({ mergeBytesMax: 1_048_576 })
    assertRefused(folded.publish('a', `${'['.repeat(90_000)}${']'.repeat(90_000)}`, { merge }), 'invalidValue', /deep/)
    folded.publish('a', `${'{"a":'.repeat(90_000)}1${'}'.repeat(90_000)}`)
    assertRefused(folded.publish('a', '{"b":1}', { merge }), 'invalidValue', /deep/)
  })
})
