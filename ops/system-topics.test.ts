import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { memoryGateway } from '../test/support/memory-gateway.js'
import { SystemTopics } from './system-topics.js'

function watched() {
  const made = memoryGateway()
  const topics = new SystemTopics(made.gateway, '1.2.3', made.clock.nowMs())
  const tell = () => {
    topics.tell(made.clock.nowMs())
    made.clock.advance(5)
  }
  return { ...made, tell }
}

suite('system topics', () => {
  test('tell who asks below $SYS how the gateway is, and nobody who asks for everything', () => {
    const { peer, tell, clock } = watched()
    const [curious, everything] = [peer(), peer()]
    curious.subscribe('$SYS/#')
    everything.subscribe('#')
    clock.advance(3_000)
    tell()
    assert.equal(curious.values.get('$SYS/broker/version'), 'rivulet version 1.2.3')
    assert.equal(curious.values.get('$SYS/broker/clients/connected'), '2')
    assert.match(curious.values.get('$SYS/broker/uptime') ?? '', /^3 seconds$/)
    assert.deepEqual([...everything.values.keys()], [])
  })

  test('say loads by the minute once there is something to compare with', () => {
    const { peer, tell, clock } = watched()
    const curious = peer()
    curious.subscribe('$SYS/broker/load/#')
    tell()
    assert.equal(curious.values.size, 0)
    for (let i = 0; i < 60; i++) curious.publish('a', `${i}`)
    clock.advance(10_000)
    tell()
    const load = Number(curious.values.get('$SYS/broker/load/messages/received/1min'))
    assert.ok(load > 40 && load < 70, `${load}`)
  })

  test('are told again only where they have changed', () => {
    const { peer, tell, clock } = watched()
    const curious = peer()
    curious.subscribe('$SYS/broker/version')
    tell()
    clock.advance(10_000)
    tell()
    assert.equal(curious.updates.length, 1)
  })
})
