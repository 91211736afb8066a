import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, suiteSetup, suiteTeardown, test } from 'mocha'
import { root } from '../tidy/source-file.js'
import { unnoticed } from './mutants.js'

const program = `export const add = (a, b) => a + b
export const begin = () => 0
export const wait = (turns) => { for (let turn = 0; turn < turns; turn++); }
export const idle = 1
`

const tests = `import assert from 'node:assert/strict'
import { setup, suite, test } from 'mocha'
import { add, begin } from './add.mjs'
suite('addition', () => {
  setup(() => begin())
  test('adds (two numbers)', () => assert.equal(add(1, 2), 3))
  test('always fails', () => assert.fail())
})
`

const mutant = (find: string, replace: string, title = 'adds (two numbers)') => ({
  name: 'A-1',
  test: `add.test.mjs: ${title}`,
  mutation: { file: 'add.mjs', find, replace },
})

suite('mutants', function () {
  this.timeout(60_000)
  const checkout = mkdtempSync(join(tmpdir(), 'rivulet-mutants-'))

  suiteSetup(() => {
    writeFileSync(join(checkout, 'add.mjs'), program)
    writeFileSync(join(checkout, 'add.test.mjs'), tests)
    writeFileSync(join(checkout, '.mocharc.json'), '{ "ui": "tdd" }')
    symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
    writeFileSync(join(checkout, '.gitignore'), 'node_modules\n')
    execFileSync('git', ['init', '-q'], { cwd: checkout })
  })

  suiteTeardown(() => rmSync(checkout, { recursive: true }))

  test('that make their test fail are noticed, and one that does not is reported', async () => {
    const survivor = mutant('idle = 1', 'idle = 2')
    assert.deepEqual(await unnoticed(checkout, [mutant('a + b', 'a - b'), survivor, mutant('a + b', 'a * b')]), [
      'A-1: its test passes: add.mjs: idle = 1 → idle = 2',
    ])
  })

  test('that break more than their test prove nothing and are reported', async () => {
    const faults = await unnoticed(checkout, [
      mutant('begin = () => 0', 'begin = () => nothing'),
      mutant('(a, b)', '(a, b'),
    ])
    assert.match(
      faults.sort().join('\n'),
      /^A-1: broke more than its test \(.*\): .*a, b.*\nA-1: broke more than its test \(.*hook.*begin/s,
    )
  })

  test('whose test fails without them are reported as such', async () => {
    assert.deepEqual(await unnoticed(checkout, [mutant('a + b', 'a - b', 'always fails')]), [
      'without any mutation: add.test.mjs: always fails',
    ])
  })
})
