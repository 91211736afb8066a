import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'mocha'
import { WebSocket } from 'ws'
import { connect } from '../../sdk/index.js'
import { builtCommand } from '../support/docs/workspace.js'
import { needsPeer } from '../support/peers.js'
import { RivuletProcess } from '../support/rivulet-process.js'

/** A gateway with a folder of durable state. */
function started(folder: string, mode: string): RivuletProcess {
  const settings = ['http.port=0', 'ops.port=0', 'transports.mqtt.port=0', `data.dir=${folder}`, `data.commit=${mode}`]
  return new RivuletProcess(['serve', ...settings.flatMap((setting) => ['--set', setting])])
}

async function session(gateway: RivuletProcess) {
  const [, url = ''] = await gateway.line(/^websocket (\S+)/)
  await gateway.line(/^ready/)
  return connect(url, { webSocket: WebSocket })
}

suite('durable state', () => {
  for (const mode of ['interval', 'always'])
    test(`topics that are to persist survive SIGKILL, once they were accepted (${mode})`, async function () {
      needsPeer(this, 'rivulet', 'is killed and started again', builtCommand)
      const folder = mkdtempSync(join(tmpdir(), 'rivulet-durable-'))
      try {
        const before = started(folder, mode)
        const writer = await session(before)
        const properties = { persist: true }
        const versions: (string | null)[] = []
        for (let i = 0; i < 50; i++) {
          const { version } = await writer.publish(`kept/${i}`, { i }, { properties })
          versions.push(version)
        }
        await writer.publish('fleeting', 1)
        // In mode interval nothing waits for the disk, which on a busy machine takes a few turns of the loop: round trips are that.
        for (let turn = 0; turn < 50; turn++) await writer.fetch('fleeting')
        await before.kill()
        await writer.close()
        const after = started(folder, mode)
        const reader = await session(after)
        const topics = await reader.fetch('#')
        assert.equal(topics.length, 50)
        assert.deepEqual(topics.find(({ path }) => path === 'kept/7')?.value, { i: 7 })
        const { version } = await reader.publish('kept/7', { i: 8 })
        assert.ok(!versions.includes(version), 'no version is given twice')
        await reader.close()
        await after.kill()
      } finally {
        rmSync(folder, { recursive: true })
      }
    })

  test('a second gateway on the same folder is refused with what to do', async function () {
    // Two processes, one after the other, on a machine that may be busy.
    this.timeout(30_000)
    needsPeer(this, 'rivulet', 'is started twice', builtCommand)
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-durable-'))
    try {
      const first = started(folder, 'interval')
      await first.line(/^ready/)
      const { code, stderr } = await started(folder, 'interval').end()
      assert.equal(code, 1)
      assert.match(stderr, /another process/)
      await first.kill()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
