import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { cases } from '../../test/support/mqtt/cases.js'

suite('mqtt: PUBREL of what nobody knows', () => {
  const { only } = cases()

  only(
    5,
    'a message whose PUBCOMP was lost with the connection is not called lost when the client is back',
    async (it) => {
      const { client } = await it.resume('publisher')
      client.send({
        cmd: 'publish',
        topic: it.topic('a'),
        payload: 'x',
        qos: 2,
        messageId: 7,
        retain: false,
        dup: false,
      })
      await client.expect('pubrec')
      client.send({ cmd: 'pubrel', messageId: 7 })
      await client.expect('pubcomp')
      client.break()
      const { client: again } = await it.resume('publisher')
      again.send({ cmd: 'pubrel', messageId: 7 })
      assert.equal((await again.expect('pubcomp')).reasonCode ?? 0, 0)
    },
  )

  only(5, 'is told as such in a new session', async (it) => {
    const client = await it.connect('publisher')
    client.send({ cmd: 'pubrel', messageId: 7 })
    assert.equal((await client.expect('pubcomp')).reasonCode, 0x92)
  })
})
