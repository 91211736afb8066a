import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { after, suite, test } from 'mocha'
import { casesFor, runCase } from './describe-transport.js'
import type { TransportHarness } from './harness.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A checkout in a temporary folder whose only transport is a copy; everything else is this one's. */
function checkoutWithCopy(name: string): string {
  const checkout = mkdtempSync(join(tmpdir(), 'rivulet-copied-'))
  const isNeeded = (entry: string) => entry !== 'transports' && !entry.startsWith('.')
  for (const entry of readdirSync(root).filter(isNeeded)) symlinkSync(join(root, entry), join(checkout, entry))
  mkdirSync(join(checkout, 'transports'))
  cpSync(join(root, 'transports/memory'), join(checkout, 'transports', name), { recursive: true })
  return checkout
}

suite('a transport made by copying transports/memory', () => {
  const checkout = checkoutWithCopy('echo')
  after(() => rmSync(checkout, { recursive: true }))

  test('passes the whole suite as it is', async () => {
    const file = pathToFileURL(join(checkout, 'transports/echo/harness.ts'))
    const { harness }: { readonly harness: TransportHarness } = await import(file.href)
    const cases = casesFor(harness).filter(({ name }) => harness.exempt[name] === undefined)
    for (const conformance of cases) await runCase(harness, conformance)
  })
})
