import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { messageOf } from '../test/support/mqtt/outgoing.js'
import { pace } from './limits.js'

suite('what is made of an update', () => {
  test('is remembered up to a bound, so that neither memory nor search grow with the readers', () => {
    const update = messageOf('a', '1')
    const codec = {}
    const audiences = Array.from({ length: pace.encodingsMax + 10 }, () => ({}))
    for (const [index, audience] of audiences.entries())
      update.remember(codec, audience, 0, 0, Uint8Array.of(index % 256))
    assert.deepEqual(
      audiences.map((audience) => update.encoded(codec, audience, 0, 0)?.[0] ?? null),
      audiences.map((_, index) => (index < pace.encodingsMax ? index % 256 : null)),
    )
  })
})
