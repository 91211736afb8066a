import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite, test } from 'mocha'
import { readResults } from './figures.js'
import { withFigures } from './readme.js'

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

suite('bench: figures in the README', () => {
  test('are those of latest.json', () => {
    const page = readFileSync(root('README.md'), 'utf8')
    assert.equal(withFigures(page, readResults(root('bench/results/latest.json'), '')), page)
  })

  test('a page without a place for them is refused, not overwritten', () => {
    assert.throws(() => withFigures('# Rivulet\n', { machine: '', figures: [] }), /no place for figures/)
  })
})
