import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'mocha'
import { applyByTheBook, fromHex, toBytes, toHex } from './harness.js'
import { apply, diff } from './index.js'

interface Vectors {
  /** All but the name is hexadecimal. */
  readonly values: readonly {
    readonly name: string
    readonly base: string
    readonly delta: string
    readonly value: string
  }[]
  readonly malformed: readonly { readonly name: string; readonly base: string; readonly delta: string }[]
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
const vectors: Vectors = JSON.parse(read('vectors.json'))

suite('the released format of deltas', () => {
  for (const { name, base, delta, value } of vectors.values)
    test(`${name}`, () => {
      const bytes = fromHex(value)
      const applied = apply(fromHex(base), fromHex(delta), bytes.length)
      assert.equal(applied.kind === 'value' ? toHex(applied.value) : applied.why, value)
      assert.deepEqual(applyByTheBook(fromHex(base), fromHex(delta), bytes.length), bytes)
    })

  for (const { name, base, delta } of vectors.malformed)
    test(`refuses a delta that ${name}`, () => {
      assert.equal(apply(fromHex(base), fromHex(delta), 2 ** 30).kind, 'malformed')
      assert.equal(applyByTheBook(fromHex(base), fromHex(delta), 2 ** 30), null)
    })

  const examples = [...read('README.md').matchAll(/```delta[^\n]*\nbase {4}(.*)\ntarget {2}(.*)\ndelta {3}(.*)\n```/g)]
  for (const [, base = '', target = '', delta = ''] of examples)
    test(`README: ${base} to ${target}`, () => {
      assert.deepEqual(diff(toBytes(base), toBytes(target)), fromHex(delta))
      assert.deepEqual(apply(toBytes(base), fromHex(delta), 1_000), { kind: 'value', value: toBytes(target) })
    })

  test('the README has its examples', () => assert.equal(examples.length, 3))
})
