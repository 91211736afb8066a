import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Requested } from './load.js'
import type { Answering } from './requests.js'
import { requestFigure, requestRatio } from './requests.js'
import { hono, plainHttp, rivuletHttp } from './sides.js'

const quiet: Requested = {
  event: 'requested',
  answers: 1_000,
  values: 1_000,
  refused: 0,
  corrupt: 0,
  echoed: 0,
  verified: 1,
  p50: 1,
  p99: 2,
  seconds: 1,
  serverCpu: 1,
  loadCpu: 0.5,
  foreignCpu: 0,
}

/** Runs of a second in which so many values were answered. */
const ran = (side: Answering['side'], values: readonly number[], more: Partial<Requested> = {}): Answering => ({
  side,
  reports: values.map((value) => ({ ...quiet, answers: value, values: value, ...more })),
})

suite('bench: requests', () => {
  test('a rate is the median of the runs, beside what others answered, as a whole and for one core', () => {
    const figure = requestFigure('put', 'requests/s', ran(rivuletHttp, [300, 100, 200]), [
      ran(hono, [400], { serverCpu: 0.5 }),
    ])
    assert.equal(figure.value, 200)
    assert.equal(figure.spread, 1)
    assert.deepEqual(figure.rivals, [{ name: 'hono', value: 400, ratio: 0.5, ratioPerCpu: 0.25 }])
  })

  test('a ratio is that of the medians, and its spread that of our runs', () => {
    const ours = ran(rivuletHttp, [180, 200, 160])
    const figure = requestRatio('over', '× hono', [ours, ran(hono, [100, 200, 300])], { atLeast: 0.8 })
    assert.equal(figure.value, 0.9)
    assert.equal(figure.spread, 0.22)
    assert.deepEqual(figure.must, { atLeast: 0.8 })
  })

  test('a value that was wrong in one run makes the figure void', () => {
    const ours = ran(rivuletHttp, [100, 100], { corrupt: 1 })
    const figure = requestFigure('put', 'requests/s', ours, [ran(plainHttp, [100])])
    assert.equal(figure.value, null)
    assert.equal(figure.void, '0 refused, 1 corrupt')
    assert.deepEqual(figure.rivals, [{ name: 'node:http', value: null, ratio: null, ratioPerCpu: null }])
  })

  test('a ratio to a side that refused something is void and says whose fault it is', () => {
    const theirs = ran(hono, [100], { refused: 3 })
    const figure = requestRatio('over', '× hono', [ran(rivuletHttp, [100]), theirs], { atLeast: 0.8 })
    assert.equal(figure.value, null)
    assert.equal(figure.void, 'hono: 3 refused, 0 corrupt')
  })

  test('where the load client was the limit nothing is said of the server', () => {
    const figure = requestFigure('put', 'requests/s', ran(rivuletHttp, [100], { loadCpu: 0.95 }), [])
    assert.equal(figure.value, null)
    assert.match(figure.void ?? '', /load-bound/)
  })
})
