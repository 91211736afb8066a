import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Refusal } from '../refusals.js'
import { refuse } from '../refusals.js'
import { InProcessLog, newEpoch } from './in-process-log.js'
import type { LogRecord } from './update-log.js'

const removal = (path: string): LogRecord => ({
  kind: 'remove',
  path,
  timeMs: 0,
  ifOffset: null,
  isTold: false,
  remover: null,
})

/** A log whose reader objects to the path `bad`, and everything that was called, in order. */
function log() {
  const calls: string[] = []
  const inner = new InProcessLog('00ff', {
    objection: (record) => (record.path === 'bad' ? refuse('notFound') : null),
    applied: (record, offset) => {
      calls.push(`applied ${record.path} ${offset}`)
      return offset * 10
    },
  })
  const ticket = {
    accepted: (offset: number, previous: number) => calls.push(`accepted ${offset} ${previous}`),
    refused: (refusal: Refusal) => calls.push(`refused ${refusal.code}`),
  }
  return { inner, calls, append: (path: string) => inner.append(removal(path), ticket) }
}

suite('the log of one process', () => {
  test('applies a record and answers before append returns, with the versions now and before [SEM 1.1]', () => {
    const { inner, calls, append } = log()
    assert.equal(inner.offset, 0)
    append('a')
    assert.deepEqual(calls, ['applied a 1', 'accepted 1 10'])
    assert.equal(inner.offset, 1)
  })

  test('gives no offset to a record with an objection, so that offsets count changes', () => {
    const { inner, calls, append } = log()
    for (const path of ['a', 'bad', 'b']) append(path)
    assert.deepEqual(calls, ['applied a 1', 'accepted 1 10', 'refused notFound', 'applied b 2', 'accepted 2 20'])
    assert.equal(inner.offset, 2)
  })

  test('names its life by 8 random bytes in hex [SEM 1.2]', () => {
    assert.equal(
      newEpoch((count) => Uint8Array.from({ length: count }, (_, index) => index * 36)),
      '0024486c90b4d8fc',
    )
    assert.equal(log().inner.epoch, '00ff')
  })
})
