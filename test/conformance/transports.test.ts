import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { suite, test } from 'mocha'
import { describeTransport } from './describe-transport.js'
import type { TransportHarness } from './harness.js'

const folder = new URL('../../transports/', import.meta.url)

const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

const isHarness = (value: unknown): value is TransportHarness =>
  typeof value === 'object' && value !== null && 'serves' in value && 'create' in value && 'exempt' in value

// A transport is tested from the moment its folder exists.
for (const name of names) {
  const file = new URL(`${name}/harness.js`, folder)
  const door: unknown = existsSync(new URL(`${name}/harness.ts`, folder)) ? await import(file.href) : null
  const harness = typeof door === 'object' && door !== null && 'harness' in door ? door.harness : null
  if (isHarness(harness)) describeTransport(name, harness)
  else lacking(name)
}

function lacking(name: string): void {
  suite(`transport ${name}`, () => {
    test('has a harness, so that it can be tested', () => {
      assert.fail(`transports/${name}/harness.ts must export a harness: copy that of transports/memory`)
    })
  })
}
