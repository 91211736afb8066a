import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { LoadReport } from './load.js'
import { judge } from './verdict.js'

const none = {
  hopeless: 0,
  subscribers: 1,
  snapshots: 0,
  skipped: 0,
  repeated: 0,
  corrupt: 0,
  misrouted: 0,
  checked: 0,
  stale: 0,
  refused: 0,
  resynchronised: 0,
  lost: 0,
  unacknowledged: 0,
  values: 0,
  deltas: 0,
  frames: 0,
  reads: 0,
  bytes: 0,
  bytesUp: 0,
  plainBytes: 0,
  p50: 0,
  p90: 0,
  p99: 0,
  p999: 0,
  max: 0,
  lateP99: 0,
  lateMax: 0,
  serverCpu: 0,
  loadCpu: 0,
  foreignCpu: 0,
}

const reportOf = (published: number, received = published): LoadReport => ({
  ...none,
  event: 'measured',
  rate: 1_000,
  seconds: 2,
  published,
  expected: published,
  received,
})

const verdictOn = (report: LoadReport) => judge(report, 50, true)

suite('the verdict on a rate', () => {
  test('is that it was held where everything was published and arrived', () => {
    assert.deepEqual(verdictOn(reportOf(2_000)), { held: true, isVoid: false, isDisturbed: false, why: '' })
  })

  test('is that it was not where something is missing', () => {
    assert.equal(verdictOn(reportOf(2_000, 1_999)).why, '1 missing')
  })

  test('is that it may be the machine where readers are little later than the publisher, and the server where they are much', () => {
    const late = (p99: number) => verdictOn({ ...reportOf(2_000), p99, lateP99: 40 })
    assert.deepEqual([late(60).isDisturbed, late(300).isDisturbed], [true, false])
  })

  test('is that it was disturbed where others used the processors meanwhile', () => {
    const amidOthers = (foreignCpu: number) => verdictOn({ ...reportOf(2_000), p99: 300, foreignCpu })
    assert.deepEqual([amidOthers(0.05).isDisturbed, amidOthers(0.02).isDisturbed], [true, false])
    assert.equal(
      verdictOn({ ...reportOf(2_000, 900), foreignCpu: 0.05 }).isDisturbed,
      false,
      'so much is not their doing',
    )
  })

  test('is that it was not where the publisher was kept from publishing, so that nothing could be missing', () => {
    assert.deepEqual(verdictOn(reportOf(0)), {
      held: false,
      isVoid: false,
      isDisturbed: false,
      why: '2000 not even published',
    })
  })
})
