import assert from 'node:assert/strict'
import { suite } from 'mocha'
import { field, packet, short } from '../../../test/support/mqtt/bytes.js'
import type { Case } from '../../../test/support/mqtt/cases.js'
import { cases } from '../../../test/support/mqtt/cases.js'
import type { Client } from '../../../test/support/mqtt/client.js'
import { textOf } from '../../../test/support/mqtt/client.js'

const shareOf = (it: Case): string => `$share/${it.name}/${it.topic('a')}`

async function publish(it: Case, qos: 0 | 1 | 2, ...texts: readonly string[]): Promise<void> {
  const client = await it.connect('publisher')
  for (const text of texts) await client.publish(it.topic('a'), text, { qos })
  await client.leave()
}

/** Two members with sessions that are kept, and which of them is sent the next message; it does not acknowledge. */
async function dealt(it: Case, qos: 1 | 2) {
  const members = [(await it.resume('m0')).client, (await it.resume('m1')).client]
  for (const member of members) await member.subscribe(shareOf(it), { qos })
  await publish(it, qos, 'dealt')
  const index = await Promise.any(members.map((member, at) => isDealt(member, at)))
  const [holder, other] = index === 0 ? members : members.toReversed()
  assert.ok(holder && other)
  return { holder, other, holderId: `m${index}` }
}

/** Resolves with `at` when this client is sent the message; the other's wait ends with its connection or in vain. */
async function isDealt(member: Client, at: number): Promise<number> {
  assert.equal(textOf(await member.peek('publish')), 'dealt')
  return at
}

suite('MQTT statements: shared subscriptions', () => {
  const { only } = cases()

  only(5, 'a share name or filter that is missing or has wildcards is refused', async (it) => {
    for (const filter of [
      '$share/',
      '$share//a',
      '$share/group',
      '$share/group/',
      '$share/+/a',
      '$share/a+b/c',
      '$share/#/a',
    ]) {
      const client = await it.connect('wrong')
      client.sendBytes(packet(0x82, short(1), [0], field(filter), [1]))
      const answer = (await client.next('an answer'))?.packet
      if (answer?.cmd === 'suback') assert.deepEqual(answer.granted.map(Number), [0x8f], filter)
      else assert.ok(answer === undefined || (answer.cmd === 'disconnect' && (answer.reasonCode ?? 0) >= 0x80), filter)
    }
  })

  only(5, 'each message goes to one member, with the QoS that this member was granted', async (it) => {
    const members = [await it.connect('m0'), await it.connect('m1')]
    for (const [at, member] of members.entries()) {
      await it.fence(member)
      await member.subscribe(shareOf(it), { qos: at === 0 ? 0 : 1 })
    }
    const texts = Array.from({ length: 10 }, (_, index) => `${index}`)
    await publish(it, 2, ...texts)
    const told: string[] = []
    for (const [at, member] of members.entries()) {
      await it.isQuiet(member, (early) => {
        assert.equal(early.qos, at)
        told.push(textOf(early))
      })
    }
    assert.deepEqual(told.sort(), texts)
  })

  only(5, 'a QoS 2 message is completed with the member that had it when this one comes back', async (it) => {
    const { holder, other, holderId } = await dealt(it, 2)
    holder.break()
    const { client } = await it.resume(holderId)
    assert.deepEqual(await client.texts(1), ['dealt'])
    await it.isQuiet(other)
  })

  only(5, 'a QoS 2 message goes to nobody else when the session of the member that had it ends', async (it) => {
    const { holder, other } = await dealt(it, 2)
    holder.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } })
    await holder.closed()
    await it.isQuiet(other)
  })

  only(5, 'a message that a member refuses goes to nobody else', async (it) => {
    const { holder, other } = await dealt(it, 1)
    const { messageId = 0 } = await holder.expect('publish')
    holder.send({ cmd: 'puback', messageId, reasonCode: 0x83 })
    await holder.ping()
    await it.isQuiet(other)
  })
})
