import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'mocha'
import { pageFile, statements } from '../../../test/support/mqtt/statements.js'
import { skip } from '../../../test/support/skip.js'
import { mutationFaults, open, tableFaults, withoutMutation } from '../../../test/support/statements/faults.js'
import { numbers } from '../../../test/support/statements/numbers.js'
import { statementsPage } from '../../../test/support/statements/page.js'
import { outcomesIn, runFaults, testAtEndOfRun } from '../../../test/support/statements/ran.js'
import { root } from '../../../test/support/tidy/source-file.js'

/** Rows that may be without a test or reason, and tests without a mutation. They only become fewer. */
const leftMax = { open: 0, withoutMutation: 0 }

function readSource(file: string): string | undefined {
  const path = join(root, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

suite('the statements of the MQTT standards', () => {
  test('stand in the table once each, with a test or a reason and not both', () => {
    assert.deepEqual(tableFaults(statements, numbers), [])
  })

  test('are all shown, but for as many as are known to be open', () => {
    assert.deepEqual(open(statements).slice(leftMax.open), [])
  })

  test('have tests that were seen to fail, but for as many as are known', () => {
    assert.deepEqual(withoutMutation(statements).slice(leftMax.withoutMutation), [])
  })

  test('name mutations that can be applied', () => {
    assert.deepEqual(mutationFaults(statements, readSource), [])
  })

  test('stand on the page as in the table', () => {
    const page = statementsPage(statements)
    if (process.env.WRITE_STATEMENTS === '1') writeFileSync(pageFile, page)
    assert.equal(readFileSync(pageFile, 'utf8'), page, 'WRITE_STATEMENTS=1 writes the page anew')
  })
})

testAtEndOfRun('every test that proves a statement of MQTT has passed', function (run) {
  const { faults, unseen } = runFaults(statements, outcomesIn(run, root))
  assert.deepEqual(faults, [])
  if (unseen > 0) skip(this, `only a part of the suites runs: ${unseen} of the rows name tests that do not`)
})
