import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { suite, test } from 'mocha'
import { Unsent } from './unsent.js'

/** A socket whose peer reads when the test says so. */
class HeldSocket extends Socket {
  private done: (() => void) | null = null

  override _write(_chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.done = done
  }

  /** What is on its way arrives. */
  async arrive(): Promise<void> {
    const { done } = this
    this.done = null
    done?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** More often than that within one task is for ever. */
const askedMax = 1_000

/** What a socket holds, asked for again by whoever is told that it is gone, as links do. */
function asking() {
  const socket = new HeldSocket()
  socket.on('error', () => undefined)
  const counted = { told: 0, isAny: false }
  const unsent = new Unsent(socket, () => {
    counted.told += 1
    if (counted.told < askedMax) counted.isAny = unsent.isAny
  })
  return { socket, unsent, counted }
}

suite('what a socket has not sent', () => {
  test('is told to be gone once, however often it was asked for', async () => {
    const { socket, unsent, counted } = asking()
    assert.equal(unsent.isAny, false)
    socket.write('a')
    assert.deepEqual([unsent.isAny, unsent.isAny, counted.told], [true, true, 0])
    await socket.arrive()
    assert.equal(counted.told, 0)
    await socket.arrive()
    assert.deepEqual(counted, { told: 1, isAny: false })
    assert.equal(unsent.isAny, false)
  })

  test('is told of anew each time', async () => {
    const { socket, unsent, counted } = asking()
    for (const told of [1, 2]) {
      socket.write('a')
      assert.equal(unsent.isAny, true)
      await socket.arrive()
      await socket.arrive()
      assert.equal(counted.told, told)
    }
  })

  for (const [how, stop] of [
    ['was ended', (socket: Socket) => socket.end()],
    ['was destroyed', (socket: Socket) => socket.destroy()],
  ] as const)
    test(`a socket that ${how} while it held some does not keep the process busy for ever`, async () => {
      const { socket, unsent, counted } = asking()
      socket.write('a')
      stop(socket)
      assert.equal(unsent.isAny, true)
      await socket.arrive()
      assert.equal(counted.told, 0)
    })

  test('a socket that was destroyed meanwhile tells nobody', async () => {
    const { socket, unsent, counted } = asking()
    socket.write('a')
    assert.equal(unsent.isAny, true)
    socket.destroy()
    await socket.arrive()
    assert.equal(counted.told, 0)
  })
})
