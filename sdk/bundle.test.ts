import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Metafile } from 'esbuild'
import { build } from 'esbuild'
import { suite, suiteSetup, test } from 'mocha'

const bytesMax = 25_000
const root = fileURLToPath(new URL('..', import.meta.url))

/** What of the checkout a browser may be given. */
const allowed = /^(sdk\/|codecs\/(protobuf|delta|position|rate)\/|core\/topics\/)/

suite('the bundle that a browser loads', () => {
  let text = ''
  let meta: Metafile | undefined

  suiteSetup(async () => {
    const result = await build({
      absWorkingDir: root,
      entryPoints: ['sdk/index.ts'],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      external: ['ws'],
      tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
      metafile: true,
      write: false,
    })
    text = result.outputFiles[0]?.text ?? ''
    meta = result.metafile
  })

  const contents = (): string[] =>
    Object.values(meta?.outputs ?? {}).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    )

  test(`it has at most ${bytesMax} bytes, compressed, with everything`, () => {
    const bytes = gzipSync(text, { level: 9 }).length
    assert.ok(bytes > 5_000 && bytes <= bytesMax, `${bytes} bytes`)
  })

  test('it holds no code of the server', () => {
    assert.deepEqual(
      contents().filter((path) => !allowed.test(path)),
      [],
    )
  })

  test('it is one module, and asks for nothing but, on old versions of Node, a WebSocket', () => {
    const [output] = Object.values(meta?.outputs ?? {})
    assert.deepEqual(output?.imports, [{ path: 'ws', kind: 'dynamic-import', external: true }])
    assert.deepEqual(output?.exports.sort(), ['RivuletError', 'connect'])
    assert.doesNotMatch(text, /\bnode:|\bBuffer\b|\bprocess\b|\beval\(|new Function/)
  })
})
