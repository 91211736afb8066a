/**
 * The last step of `npm run build`: dist/ gets what the compiler leaves behind.
 *
 * That is the generated protobuf code, pages and recordings that are read at run time, and the SDK as one file.
 * TypeScript is compiled, and prose is for readers of the repository; everything else in these folders is copied.
 */
import { chmodSync, copyFileSync, cpSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const copied = ['proto/generated', 'cli/demo']
const isWanted = (path) => path.endsWith('.d.ts') || !/\.(ts|md)$/.test(path)

for (const folder of copied.filter((name) => existsSync(`${root}${name}`))) {
  cpSync(`${root}${folder}`, `${root}dist/${folder}`, { recursive: true, filter: isWanted })
}

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
const command = `${root}dist/cli/main.js`
if (existsSync(command)) chmodSync(command, 0o755)
