import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { MemoryPeer } from '../../test/support/memory-peer.js'
import { Random } from '../../test/support/random.js'
import { SimulatedClock } from '../../test/support/simulated-clock.js'
import { Gateway } from '../gateway.js'

function client() {
  const clock = new SimulatedClock()
  const random = new Random(1)
  const peer = new MemoryPeer(new Gateway({ clock, random: (count) => random.bytes(count) })).connect()
  clock.advance(5)
  const starts = () => peer.heard.filter((item) => item.kind === 'welcome').map((welcome) => welcome.start)
  return { clock, peer, starts }
}

/** Comes back, and is cut off before the welcome was read. */
function loseWelcome({ clock, peer }: ReturnType<typeof client>): void {
  peer.cut()
  peer.stall()
  peer.resume()
  clock.advance(5)
  peer.cut()
  peer.unstall()
}

suite('a resume token', () => {
  test('opens the session again as long as every welcome since was lost [SEM 6.3]', () => {
    const one = client()
    loseWelcome(one)
    loseWelcome(one)
    one.peer.resume()
    one.clock.advance(5)
    assert.deepEqual(one.starts(), ['new', 'resumed'])
  })

  test('opens nothing once the client was heard to have the next one [SEM 6.3]', () => {
    const one = client()
    const { token } = one.peer
    one.peer.cut()
    one.peer.resume()
    one.clock.advance(5)
    one.peer.send({ kind: 'acknowledge', offset: 0, held: [] })
    one.peer.cut()
    one.peer.token = token
    one.peer.resume()
    one.clock.advance(5)
    assert.deepEqual(one.starts(), ['new', 'resumed', 'new'])
  })
})
