/**
 * `npm test` checks style, types and then behaviour, all three even when the first fails.
 *
 * `npm test -- transports/memory` looks only at that folder, with the conformance suite if it is a transport; `npm test -- test/tidy`
 * at one suite.
 * What follows the folders goes to mocha: `npm test -- core --grep 'slow reader'`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'

const given = process.argv.slice(2)
const firstOption = given.findIndex((argument) => argument.startsWith('-'))
const named = firstOption < 0 ? given : given.slice(0, firstOption)
const options = firstOption < 0 ? [] : given.slice(firstOption)

/** A suite may be named without its ending, as `test/tidy`. */
const places = named.map((place) => (!existsSync(place) && existsSync(`${place}.test.ts`) ? `${place}.test.ts` : place))
const missing = places.filter((place) => !existsSync(place))
if (missing.length > 0) {
  console.error(`npm test: no such file or folder: ${missing.join(', ')}`)
  process.exit(2)
}

const conformance = 'test/conformance'
const isTransport = places.some((place) => place.startsWith('transports'))
const tested = isTransport && existsSync(conformance) ? [...places, conformance] : places
const specs = tested.map((place) =>
  statSync(place).isDirectory() ? `${place.replace(/\/$/, '')}/**/*.test.ts` : place,
)

function succeeds(command, args, environment = {}) {
  console.log(`\n> ${command} ${args.join(' ')}`)
  return spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } }).status === 0
}

const checks = [
  succeeds('biome', ['check', '--error-on-warnings', '--no-errors-on-unmatched', ...places]),
  succeeds('tsc', ['-p', 'tsconfig.json']),
]
const passed = checks.filter(Boolean).length

// The reporter ends the run with one line that counts these two checks as well.
const behaves = succeeds('mocha', [...(specs.length > 0 ? specs : ['./**/*.test.ts']), ...options], {
  CHECKS_PASSED: String(passed),
  CHECKS_FAILED: String(checks.length - passed),
})
process.exitCode = behaves && passed === checks.length ? 0 : 1
