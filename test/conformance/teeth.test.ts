import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { harness } from '../../transports/memory/harness.js'
import { breakages } from './broken-links.js'
import { casesFor, runCase } from './describe-transport.js'
import type { TransportHarness } from './harness.js'
import { brokenHarness, PassingLink } from './passing-link.js'
import type { ConformanceCase } from './world.js'

const cases = casesFor(harness).filter(({ name }) => harness.exempt[name] === undefined)

async function isFailing(broken: TransportHarness, conformance: ConformanceCase): Promise<boolean> {
  try {
    await runCase(broken, conformance)
    return false
  } catch (error) {
    if (error instanceof Error) return true
    throw error
  }
}

/** A suite that never fails says nothing: these links are broken on purpose. */
suite('the conformance suite notices a link that', () => {
  for (const [what, noticedBy, Broken] of breakages) {
    test(what, async () => {
      const named = cases.filter(({ name }) => noticedBy.test(name))
      assert.notEqual(named.length, 0, `no case ${noticedBy}`)
      const broken = brokenHarness(harness, Broken)
      const failing: string[] = []
      for (const conformance of named) if (await isFailing(broken, conformance)) failing.push(conformance.name)
      assert.notDeepEqual(failing, [], `${noticedBy} did not notice`)
    })
  }

  test('is not broken at all, and lets it pass', async () => {
    const whole = brokenHarness(harness, PassingLink)
    for (const conformance of cases) await runCase(whole, conformance)
  })
})
