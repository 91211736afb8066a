/**
 * The last step of `npm run build`: dist/ gets what the compiler leaves behind.
 *
 * That is the generated protobuf code, and pages and recordings that are read at run time. TypeScript is
 * compiled, and prose is for readers of the repository; everything else in these folders is copied.
 */
import { chmodSync, cpSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const copied = ['proto/generated', 'cli/demo']
const isWanted = (path) => path.endsWith('.d.ts') || !/\.(ts|md)$/.test(path)

for (const folder of copied.filter((name) => existsSync(`${root}${name}`))) {
  cpSync(`${root}${folder}`, `${root}dist/${folder}`, { recursive: true, filter: isWanted })
}

// npm makes the command executable when it installs the package, but not in a checkout.
const command = `${root}dist/cli/main.js`
if (existsSync(command)) chmodSync(command, 0o755)
