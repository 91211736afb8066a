import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'mocha'
import type { TransportModule } from '../../net/index.js'
import { loadConfig } from './load.js'

suite('cli: relative paths in a configuration', () => {
  test('begin, for a transport, beside the file, or where the process runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-config-'))
    const folders: unknown[] = []
    const noting: TransportModule<unknown> = {
      parseOptions: (_section, from) => folders.push(from),
      create: () => ({ listen: async () => [], close: async () => undefined }),
    }
    const file = join(folder, 'rivulet.yaml')
    writeFileSync(file, '')
    for (const each of [file, null]) loadConfig({ file: each, environment: {}, set: [] }, new Map([['radio', noting]]))
    rmSync(folder, { recursive: true })
    assert.deepEqual([...new Set(folders)], [folder, process.cwd()])
  })
})
