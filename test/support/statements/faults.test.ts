import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { mutationFaults, open, tableFaults, withoutMutation } from './faults.js'
import { numbers } from './numbers.js'
import { statementsPage } from './page.js'
import type { Statement } from './statement.js'

const statement = (number: string, more: Partial<Statement> = {}): Statement => ({
  standard: '5.0',
  number,
  demands: 'Something.',
  side: 'server',
  ...more,
})
const mutation = { file: 'a.ts', find: 'one', replace: 'two' }
const tested = { test: 'a.test.ts: it holds', mutation }

suite('a table of statements', () => {
  test('knows the numbers of both standards as their appendices count them', () => {
    const of = (standard: string) => numbers.filter((number) => number.startsWith(`${standard} `)).length
    assert.deepEqual([of('3.1.1'), of('5.0'), new Set(numbers).size], [141, 251, 392])
  })

  test('is told which numbers are missing, unknown or doubled', () => {
    const faults = tableFaults([statement('A-2'), statement('A-2'), statement('A-3')], ['5.0 A-1', '5.0 A-2'])
    assert.deepEqual(faults, [
      '5.0 A-1 is missing',
      '5.0 A-3 is no statement of the standard',
      '5.0 A-2 stands there twice',
    ])
  })

  test('is told which rows have both a test and a reason, or a mutation without a test', () => {
    const rows = [statement('A-1', { ...tested, reason: 'None of ours.' }), statement('A-2', { mutation })]
    const names = ['5.0 A-1', '5.0 A-2']
    assert.deepEqual(tableFaults(rows, names), [
      '5.0 A-1 has a test and a reason why there is none',
      '5.0 A-2 has a mutation and no test that it could break',
    ])
  })

  test('says which rows show nothing and which tests were never seen to fail', () => {
    const rows = [statement('A-1'), statement('A-2', { reason: 'None.' }), statement('A-3', { test: 'a.test.ts: b' })]
    assert.deepEqual([open(rows), withoutMutation(rows)], [['5.0 A-1'], ['5.0 A-3']])
  })

  test('is told which mutations cannot be applied', () => {
    const mutated = (more: Partial<typeof mutation>) =>
      statement('A-1', { ...tested, mutation: { ...mutation, ...more } })
    const read = (file: string) => (file === 'a.ts' ? 'one and more and more' : undefined)
    const faults = [{}, { find: 'more' }, { find: 'less' }, { replace: 'one' }, { find: 'a\nb' }, { file: 'b.ts' }]
    assert.deepEqual(
      faults.map(mutated).flatMap((row) => mutationFaults([row], read)),
      [
        '5.0 A-1: a.ts has 2 times: more',
        '5.0 A-1: a.ts has 0 times: less',
        '5.0 A-1: the mutation changes nothing',
        '5.0 A-1: the mutation takes more than one line',
        '5.0 A-1: b.ts is not there',
      ],
    )
  })

  test('becomes a page that shows what is open', () => {
    const page = statementsPage([statement('MQTT-1-1'), statement('MQTT-1-2', { test: 'a.test.ts: it | holds' })])
    assert.match(page, /2 statements: 1 are proven by tests, 0 are not for us to prove, 1 are open\./)
    assert.match(
      page,
      /\| 1-1 \| server \| Something\. \| \*\*open\*\* \|\n\| 1-2 \|.*\| \*it \\\| holds\*, `a\.test\.ts` \|/,
    )
  })
})
