/**
 * `npm run build`: makes dist/ anew, so that nothing stays of what is no longer there; a transport is found by its folder alone.
 *
 * What the compiler leaves behind is added: pages and recordings that are read at run time, and the SDK as one file.
 * TypeScript is compiled, and prose is for readers of the repository; everything else of the demo is copied.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const isWanted = (path) => path.endsWith('.d.ts') || !/\.(ts|md)$/.test(path)

rmSync(`${root}dist`, { recursive: true, force: true })
const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(/package\.json$/, 'bin/tsc')
const compiled = spawnSync(process.execPath, [compiler, '-p', `${root}tsconfig.build.json`], { stdio: 'inherit' })
if (compiled.status !== 0) process.exit(1)

cpSync(`${root}cli/demo`, `${root}dist/cli/demo`, { recursive: true, filter: isWanted })

// Pages without a bundler take the SDK as one file, `rivulet/client.min.js`; the demo's page is one of them. It is made of the
// sources: fields that a constructor sets need not be named once more, which is 1 % of the file. sdk/bundle.test.ts builds it too.
const outfile = `${root}dist/sdk/client.min.js`
await build({
  entryPoints: [`${root}sdk/index.ts`],
  outfile,
  bundle: true,
  minify: true,
  format: 'esm',
  external: ['ws'],
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
})
copyFileSync(outfile, `${root}dist/cli/demo/page/client.js`)

// npm makes the command executable when it installs the package, but not in a checkout.
chmodSync(`${root}dist/cli/main.js`, 0o755)
