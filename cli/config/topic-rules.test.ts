import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { configSchema } from './schema.js'

suite('cli: rules of topics', () => {
  test('say whether MQTT subscribers are told of removals, or leave it open', () => {
    const text = { rules: [{ selector: 'a', tellRemovals: false }, { selector: 'b' }] }
    const { rules } = configSchema({ folder: '.', environment: {} }).parse({ topics: text }).topics
    assert.deepEqual(
      rules.map(({ tellsRemovals, properties }) => [tellsRemovals, properties]),
      [
        [false, {}],
        [undefined, {}],
      ],
    )
  })
})
