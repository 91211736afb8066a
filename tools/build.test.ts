import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite, test } from 'mocha'
import { repositoryPaths, root } from '../test/support/tidy/source-file.js'

/** As much of the checkout as is built, in a folder of its own. */
function copyOfCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-build-'))
  const built = repositoryPaths().filter((path) => !/^(bench|test|docs|examples)\//.test(path))
  for (const path of built) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

suite('the build', function () {
  this.timeout(60_000)

  test('leaves nothing of a transport that was removed', () => {
    const folder = copyOfCheckout()
    try {
      mkdirSync(join(folder, 'dist/transports/gone'), { recursive: true })
      writeFileSync(join(folder, 'dist/transports/gone/index.js'), 'throw new Error("was loaded")')
      const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/build.mjs'], {
        cwd: folder,
        encoding: 'utf8',
      })
      assert.equal(status, 0, `${stdout}${stderr}`)
      assert.equal(existsSync(join(folder, 'dist/transports/gone')), false)
      for (const path of ['cli/main.js', 'cli/demo/page/client.js', 'transports/websocket/index.js'])
        assert.ok(existsSync(join(folder, 'dist', path)), path)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
