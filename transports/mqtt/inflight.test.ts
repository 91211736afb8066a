import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { Inflight } from './inflight.js'
import { SessionState } from './session-state.js'

/** Slots of a new table of messages on their way. */
const slotsMin = 8

suite('mqtt messages in flight', () => {
  test('each message gets an identifier of its own, and its acknowledgement gives back its number, once', () => {
    const inflight = new Inflight(new SessionState(), 10)
    const ids = [11, 12, 13].map((offset) => inflight.take(offset, 1, false))
    assert.equal(new Set(ids).size, 3)
    assert.deepEqual(
      [...ids, ...ids].map((id) => inflight.acknowledged(id)),
      [0, 1, 2, -1, -1, -1],
    )
  })

  test('room counts what is unacknowledged, and what is acknowledged but not complete', () => {
    const state = new SessionState()
    const inflight = new Inflight(state, 2)
    const id = inflight.take(11, 1, false)
    assert.equal(inflight.room, 1)
    inflight.acknowledged(id)
    state.released.add(id)
    assert.equal(inflight.room, 1)
  })

  test('what an earlier connection left goes again under its identifiers, and they are taken by nobody else', () => {
    const state = new SessionState()
    const before = new Inflight(state, 10)
    const ids = [11, 12, 13].map((offset) => before.take(offset, 1, false))
    const inflight = new Inflight(SessionState.from(state.bytes()), 10)
    assert.deepEqual(
      [11, 12, 13].map((offset) => inflight.take(offset, 1, true)),
      ids,
    )
    assert.ok(!ids.includes(inflight.take(14, 1, false)))
  })

  test('those with one offset go again under the identifiers that each had, through every cut and restart', () => {
    const state = new SessionState()
    const first = new Inflight(state, 10)
    const ids = [11, 12, 11, 11].map((offset, index) => first.take(offset, index === 2 ? 1 : 2, false))
    const [one = 0, two = 0, other = 0, three = 0] = ids
    assert.equal(new Inflight(state, 10).take(11, 2, true), one, 'cut after the first went again')
    const third = new Inflight(SessionState.from(state.bytes()), 10)
    assert.deepEqual([third.take(11, 2, true), third.take(12, 2, true)], [one, two])
    assert.deepEqual([third.take(11, 2, true), third.take(11, 1, true)], [three, other])
  })

  test('one that is not sent frees the identifier of no other message of its offset', () => {
    const state = new SessionState()
    const id = new Inflight(state, 10).take(11, 2, false)
    const inflight = new Inflight(state, 10)
    inflight.skip(11, 2, false)
    assert.ok(state.sent.has(id))
    inflight.skip(11, 2, true)
    assert.ok(!state.sent.has(id))
  })

  test('a message that is not sent has a number all the same', () => {
    const inflight = new Inflight(new SessionState(), 10)
    assert.equal(inflight.skip(11, 1, false), 0)
    assert.equal(inflight.acknowledged(inflight.take(12, 1, false)), 1)
  })
})

suite('mqtt session state', () => {
  test('is the same after its bytes were stored', () => {
    const state = new SessionState()
    for (const offset of [2 ** 40, 7]) state.sent.add(state.nextId(), offset, -1)
    state.released.add(state.nextId())
    state.received.add(65_535)
    for (const before of [state, new SessionState()]) {
      const { sent, released, received } = SessionState.from(before.bytes())
      assert.deepEqual(sent.all(), before.sent.all())
      assert.deepEqual([released, received], [before.released, before.received])
    }
  })

  test('with a thousand identifiers unreleased is stored in two bytes for each', () => {
    const state = new SessionState()
    for (let id = 1; id <= 1_000; id++) state.received.add(id)
    assert.equal(state.bytes().length, 2_008)
  })

  test('is the same where its bytes lie among others, at any place', () => {
    const state = new SessionState()
    state.sent.add(state.nextId(), 7, -1)
    state.received.add(9)
    const bytes = state.bytes()
    const among = Buffer.concat([Buffer.alloc(3, 1), bytes, Buffer.alloc(5, 1)]).subarray(3, 3 + bytes.length)
    const { sent, released, received } = SessionState.from(among)
    assert.deepEqual([sent, released, received], [state.sent, state.released, state.received])
  })

  test('that was stored before any identifier was given again is the same once more', () => {
    const state = new SessionState()
    state.sent.add(state.nextId(), 7, -1)
    let stored = state
    for (let restart = 0; restart < 5; restart++) stored = SessionState.from(stored.bytes())
    let unstored = SessionState.from(state.bytes())
    for (let restart = 1; restart < 5; restart++) unstored = SessionState.from(unstored.bytes())
    assert.deepEqual([stored.sent, stored.nextId()], [state.sent, unstored.nextId()])
    assert.ok(stored.nextId() <= 65_535)
  })

  test('after a restart identifiers that it may have given unknown to the store come last', () => {
    const given: number[] = []
    let state = new SessionState()
    for (let restart = 0; restart < 10; restart++) {
      const id = state.nextId()
      assert.ok(given.every((other) => Math.abs(other - id) > 3_000))
      given.push(id)
      state = SessionState.from(state.bytes())
    }
  })

  test('identifiers go round, leave out those in use, and are 0 when all are', () => {
    const state = new SessionState()
    for (let count = 1; count <= 65_535; count++) state.sent.add(state.nextId(), count, -1)
    assert.equal(state.nextId(), 0)
    state.sent.remove(300)
    assert.equal(state.nextId(), 300)
  })

  test('a message that is never acknowledged costs one slot, and its identifier is not given out', () => {
    const state = new SessionState()
    const stuck = state.nextId()
    state.sent.add(stuck, 1, -1)
    for (let count = 0; count < 70_000; count++) {
      const id = state.nextId()
      assert.ok(id !== stuck && state.sent.isFree(id))
      state.sent.add(id, count, -1)
      state.sent.remove(id)
    }
    assert.equal(state.sent.size, 1)
    assert.ok(!state.sent.isFree(stuck + slotsMin), 'the table has grown')
  })

  test('where every identifier with a free slot is released the table grows', () => {
    const state = new SessionState()
    state.sent.add(1, 1, -1)
    for (let id = 1; id <= 65_535; id++) if (id % slotsMin !== 1) state.released.add(id)
    assert.equal(state.nextId() % slotsMin, 1)
  })
})
