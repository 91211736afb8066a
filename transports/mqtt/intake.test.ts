import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Slice } from '../../net/index.js'
import { settled as loopTurned } from '../../test/support/scripted-gateway.js'
import type { IntakeOwner } from './intake.js'
import { Intake, stops } from './intake.js'
import { mqttTransportLimits as limits } from './limits.js'
import type { Wire } from './wire.js'

/** So many packets of two bytes. */
const packets = (count: number) => new Uint8Array(Array.from({ length: count }, () => [0xc0, 0]).flat())

/** Packets of which no look at the clock is due. */
const untimed = limits.untimedBytesMax / 2

/** A slice that is over with the so manyth look at the clock. */
class CountedSlice extends Slice {
  looks = 0
  private left = 0

  constructor(private readonly looksMax: number) {
    super(0)
  }

  override begin(): void {
    this.left = this.looksMax
  }

  override hasTime(): boolean {
    this.looks += 1
    this.left -= 1
    return this.left > 0
  }
}

/** An intake, how many packets it handed over, and what its wire was told. */
function reading(looksMax: number) {
  const told: ('pause' | 'resume')[] = []
  const wire: Wire = {
    isBusy: false,
    write: () => undefined,
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
    end: () => undefined,
  }
  const slice = new CountedSlice(looksMax)
  const seen = { packets: 0 }
  const nothing = (): void => undefined
  const doing = { packet: nothing, end: nothing }
  const owner: IntakeOwner = {
    isEnding: false,
    live: null,
    packetCame: () => {
      seen.packets += 1
      doing.packet()
    },
    goEnded: () => doing.end(),
    fail: (_reason, why) => assert.fail(why),
  }
  return { intake: new Intake(wire, slice, owner), slice, seen, told, doing }
}

suite('what an MQTT link reads', () => {
  test('is handed over until its slice of time is used up, and the rest in the turns of the loop that follow', async () => {
    const { intake, slice, seen, told } = reading(3)
    intake.received(packets(8 * untimed))
    assert.deepEqual([seen.packets, slice.looks, told], [3 * untimed, 3, ['pause']])
    await loopTurned()
    assert.equal(seen.packets, 6 * untimed)
    await loopTurned()
    assert.deepEqual([seen.packets, slice.looks], [8 * untimed, 8])
    assert.equal(told.at(-1), 'resume')
  })

  test('is not timed where it is little', () => {
    const { intake, slice, seen, told } = reading(1)
    for (let read = 0; read < 10; read++) intake.received(packets(untimed))
    assert.deepEqual([seen.packets, slice.looks, told], [10 * untimed, 0, []])
  })

  test('does not stop the wire where the slice is used up with the last packet', () => {
    const { intake, seen, told } = reading(2)
    intake.received(packets(2 * untimed))
    assert.deepEqual([seen.packets, told], [2 * untimed, []])
  })

  test('goes on to be read where a later slice is used up with the last packet', async () => {
    const { intake, seen, told } = reading(3)
    intake.received(packets(6 * untimed))
    assert.deepEqual([seen.packets, told], [3 * untimed, ['pause']])
    await loopTurned()
    assert.deepEqual([seen.packets, told.at(-1)], [6 * untimed, 'resume'])
  })

  test('waits while the client is let in, and the wire with it', async () => {
    const { intake, seen, told } = reading(10)
    intake.stop(stops.welcome)
    intake.received(packets(1))
    assert.deepEqual([seen.packets, told], [0, ['pause']])
    intake.release(stops.welcome)
    await loopTurned()
    assert.deepEqual([seen.packets, told.at(-1)], [1, 'resume'])
  })

  test('is not stopped for a client that is let in by the end of the same go, and what stands behind comes next', async () => {
    const { intake, seen, told, doing } = reading(10)
    doing.packet = () => {
      if (seen.packets === 1) intake.stop(stops.welcome)
    }
    doing.end = () => intake.release(stops.welcome)
    intake.received(packets(1))
    assert.deepEqual([seen.packets, told], [1, []])
    seen.packets = 0
    intake.received(packets(3))
    assert.deepEqual([seen.packets, told], [1, ['pause']])
    await loopTurned()
    assert.deepEqual([seen.packets, told.at(-1)], [3, 'resume'])
  })

  test('is stopped once at the end of a go in which somebody stopped it', () => {
    const { intake, seen, told, doing } = reading(10)
    doing.packet = () => intake.stop(stops.core)
    intake.received(packets(1))
    assert.deepEqual([seen.packets, told], [1, ['pause']])
  })
})
