import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { mqttTransportLimits } from './limits.js'
import { PingWindow } from './ping-window.js'

const { pingBytes, unreadBytesMax } = mqttTransportLimits

/** Sends as much as a window takes of a peer that stopped reading, and one ping more; the marks of the pings. */
function overfill(window: PingWindow): Buffer[] {
  const marks: Buffer[] = []
  for (let bytes = 0; bytes <= unreadBytesMax; bytes += pingBytes) {
    const mark = window.sent(pingBytes)
    if (mark) marks.push(Buffer.from(mark))
  }
  return marks
}

/** A window whose peer has answered the first ping. */
function answering(): PingWindow {
  const window = new PingWindow()
  window.answered(Buffer.from(window.sent(1) ?? []))
  return window
}

suite('mqtt: what a WebSocket has not read', () => {
  test('is asked with the first bytes, and then each time that so many have left', () => {
    const window = new PingWindow()
    assert.ok(window.sent(1))
    assert.equal(window.sent(pingBytes - 1), null)
    assert.ok(window.sent(1))
    assert.equal(window.sent(1), null)
  })

  test('fills the window when answers stop, and the next answer opens it', () => {
    const window = answering()
    const marks = overfill(window)
    assert.equal(window.isFull, true)
    window.answered(marks.at(-1) ?? Buffer.alloc(0))
    assert.equal(window.isFull, false)
  })

  test('does not hold up a peer that has never answered', () => {
    const window = new PingWindow()
    overfill(window)
    assert.equal(window.isFull, false)
  })

  test('is not less for an answer to what nobody asked, or to an older ping', () => {
    const window = answering()
    const [oldest = Buffer.alloc(0)] = overfill(window)
    const tooMuch = Buffer.alloc(8)
    tooMuch.writeDoubleBE(Number.MAX_SAFE_INTEGER)
    const notANumber = Buffer.alloc(8)
    notANumber.writeDoubleBE(Number.NaN)
    for (const mark of [tooMuch, notANumber, Buffer.from('short'), Buffer.alloc(0)]) window.answered(mark)
    assert.equal(window.isFull, true)
    window.answered(oldest)
    window.answered(oldest)
    assert.equal(window.isFull, false)
    assert.ok(window.sent(pingBytes))
    assert.equal(window.isFull, true)
  })
})
