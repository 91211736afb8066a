import { reporters } from 'mocha'

/** Mocha's own report, then one line that a script can add up. */
export default class Reporter extends reporters.Spec {
  epilogue() {
    super.epilogue()
    const { passes, failures } = this.stats
    // test/run.mjs has checked style and types before.
    const { CHECKS_PASSED = '0', CHECKS_FAILED = '0' } = process.env
    console.log(`${passes + Number(CHECKS_PASSED)} passed, ${failures + Number(CHECKS_FAILED)} failed`)
  }
}
