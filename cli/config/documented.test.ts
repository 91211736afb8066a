import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'mocha'
import { defaultLimits } from '../../core/index.js'
import { parseHttpOptions } from '../../net/index.js'
import { loadTransports } from '../transport-folders.js'
import { configSchema } from './schema.js'
import { keysAt } from './schema-names.js'

const page = readFileSync(new URL('../../docs/operating/configuration.md', import.meta.url), 'utf8')

suite('cli: the page about configuration', () => {
  test('names every setting', async () => {
    const schema = configSchema({ folder: '.', environment: {} })
    const sections = keysAt(schema, []).filter((name) => !['http', 'transports', 'limits'].includes(name))
    const keys = sections.flatMap((name) => keysAt(schema, [name]).map((key) => `${name}.${key}`))
    const rules = [
      ['topics', 'rules', 0],
      ['auth', 'users', 0],
      ['permissions', 'rules', 0],
    ].flatMap((path) => keysAt(schema, path))
    const modules = [...(await loadTransports()).values()].flatMap((module) =>
      Object.keys(Object(module.parseOptions(undefined))),
    )
    const all = [...keys, ...rules, ...Object.keys(parseHttpOptions(undefined)), ...modules]
    assert.ok(all.length > 30, `${all.length} settings`)
    assert.deepEqual(
      all.filter((name) => !page.includes(name)),
      [],
    )
  })

  test('says the limits as they are', () => {
    const text = page.replaceAll(/\s+/g, ' ')
    const said = Object.entries(defaultLimits).map(([name, value]) => `\`${name}\` ${value.toLocaleString('en')}`)
    assert.deepEqual(
      said.filter((limit) => !text.includes(limit)),
      [],
    )
  })
})
