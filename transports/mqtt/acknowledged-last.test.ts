import assert from 'node:assert/strict'
import { suite } from 'mocha'
import type { Case } from '../../test/support/mqtt/cases.js'
import { cases } from '../../test/support/mqtt/cases.js'
import type { Client } from '../../test/support/mqtt/client.js'
import { subscribePacket, textOf } from '../../test/support/mqtt/client.js'

const malformed = Buffer.from([0x80, 0])

suite('mqtt: what a client acknowledges as the last thing it says', () => {
  const { both } = cases()

  /** A client with a session that has a message of this QoS and has not answered. */
  async function told(it: Case, qos: 1 | 2) {
    const { client } = await it.resume('reader')
    await client.subscribe(it.topic('a'), { qos })
    await (await it.connect('writer')).publish(it.topic('a'), 'once', { qos })
    const { messageId } = await client.expect('publish')
    return { client, messageId: messageId ?? 0 }
  }

  /** The kinds of packets that come when the client is back, up to the answer to its subscription and a message of that. */
  async function toldOnReturn(it: Case, client: Client): Promise<string[]> {
    await client.closed()
    const { client: again } = await it.resume('reader')
    again.send(subscribePacket(1, it.topic('end')))
    const told: string[] = []
    for (let cmd = ''; cmd !== 'suback'; told.push(cmd)) cmd = (await again.next('SUBACK'))?.packet.cmd ?? 'suback'
    await (await it.connect('other')).publish(it.topic('end'), 'end')
    for (let text = ''; text !== 'end'; ) {
      const packet = (await again.next('the message'))?.packet
      text = packet?.cmd === 'publish' ? textOf(packet) : ''
      told.push(packet?.cmd === 'publish' ? text : `${packet?.cmd}`)
    }
    return told
  }

  both('PUBACK in one write with DISCONNECT: the message is not told again', async (it) => {
    const { client, messageId } = await told(it, 1)
    client.send({ cmd: 'puback', messageId }, { cmd: 'disconnect', reasonCode: 0 })
    assert.deepEqual(await toldOnReturn(it, client), ['suback', 'end'])
  })

  both('PUBREC in one write with DISCONNECT: only PUBREL is told', async (it) => {
    const { client, messageId } = await told(it, 2)
    client.send({ cmd: 'pubrec', messageId }, { cmd: 'disconnect', reasonCode: 0 })
    assert.deepEqual(await toldOnReturn(it, client), ['pubrel', 'suback', 'end'])
  })

  both('PUBREC in one write with a packet that is none: only PUBREL is told', async (it) => {
    const { client, messageId } = await told(it, 2)
    const pubrec = Buffer.from([0x50, 2, messageId >> 8, messageId & 255])
    client.sendBytes(pubrec, malformed)
    assert.deepEqual(await toldOnReturn(it, client), ['pubrel', 'suback', 'end'])
  })

  both('a member of a group that acknowledges and leaves: the others are not told again', async (it) => {
    const leaver = await it.connect('leaver')
    const shared = `$share/g/${it.topic('b')}`
    await leaver.subscribe(shared, { qos: 1 })
    await (await it.connect('writer')).publish(it.topic('b'), 'once', { qos: 1 })
    const { messageId = 0 } = await leaver.expect('publish')
    const stayer = await it.connect('stayer')
    await stayer.subscribe(shared, { qos: 1 })
    leaver.send({ cmd: 'puback', messageId }, { cmd: 'disconnect', reasonCode: 0 })
    await leaver.closed()
    await it.isQuiet(stayer)
  })
})
