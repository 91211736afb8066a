import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'mocha'
import { freePorts, installed, isListening, ownFolder } from './foreign.js'

suite('bench: programs of others', () => {
  test('are found where they are installed, or named with the package that brings them', () => {
    assert.ok(existsSync(installed('sh', 'dash')))
    assert.throws(
      () => installed('no-such-broker', 'broker'),
      /no-such-broker is not installed \(apt-get install broker\)/,
    )
  })

  test('get ports of their own, which are seen to take connections once they do', async () => {
    const [first = 0, second = 0] = await freePorts(2)
    assert.notEqual(first, second)
    assert.equal(await isListening(first, 0), false)
    const server = createServer().listen(first, '127.0.0.1')
    await once(server, 'listening')
    assert.equal(await isListening(first, 5_000), true)
    server.close()
  })

  test('have a folder that goes with everything in it', () => {
    const folder = ownFolder('test')
    writeFileSync(join(folder.path, 'file'), '')
    folder.remove()
    assert.equal(existsSync(folder.path), false)
  })
})
