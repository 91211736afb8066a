import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { statements } from '../../../test/support/mqtt/statements.js'
import { Random } from '../../../test/support/random.js'
import { skip } from '../../../test/support/skip.js'
import type { Mutant } from '../../../test/support/statements/mutants.js'
import { unnoticed } from '../../../test/support/statements/mutants.js'
import type { Statement } from '../../../test/support/statements/statement.js'
import { nameOf } from '../../../test/support/statements/statement.js'
import { root } from '../../../test/support/tidy/source-file.js'

const count = Number(process.env.MUTATIONS ?? 0)
const seed = Number(process.env.MUTATIONS_SEED ?? Date.now() % 2 ** 31)

function mutantOf(statement: Statement): Mutant[] {
  const { test, mutation } = statement
  return test === undefined || mutation === undefined ? [] : [{ name: nameOf(statement), test, mutation }]
}

/** Some of these, each at most once. */
function drawn(mutants: readonly Mutant[]): Mutant[] {
  const random = new Random(seed)
  const left = [...mutants]
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.below(left.length), 1)).flat()
}

suite('mutations of the MQTT transport', () => {
  test(`drawn by seed ${seed} are each noticed by the test of their statement`, async function () {
    if (count === 0) skip(this, 'takes minutes: MUTATIONS=20 draws twenty, MUTATIONS_SEED=1 the same again')
    this.timeout(0)
    const mutants = drawn(statements.flatMap(mutantOf))
    console.log(`    ${mutants.map(({ name }) => name).join(', ')}`)
    assert.deepEqual(await unnoticed(root, mutants), [])
  })
})
