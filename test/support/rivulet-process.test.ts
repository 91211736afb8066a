import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import { RivuletProcess } from './rivulet-process.js'

suite('a process that tests start', () => {
  test('that is killed while a line is awaited ends the wait', async () => {
    const forever = new RivuletProcess(['setInterval(() => 0, 1e6)'], { script: '-e' })
    const line = assert.rejects(forever.line(/never said/), /no line/)
    await forever.kill()
    await line
  })
})
