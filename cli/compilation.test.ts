import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { suite, test } from 'mocha'
import { compilationFlags } from './compilation.js'

suite('compilation', () => {
  test('this V8 knows every flag it is told: a gateway starts without an error of V8', () => {
    const { status, stderr } = spawnSync(process.execPath, [...compilationFlags(process.versions.v8), '--version'])
    assert.deepEqual([status, stderr.toString()], [0, ''])
  })

  test('a V8 that counts otherwise is told nothing', () => {
    assert.deepEqual(compilationFlags('13.6.233.17-node.41'), [])
  })
})
