import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const benchFolder = fileURLToPath(new URL('..', import.meta.url))
const flags = ['-std=gnu11', '-O2', '-D_GNU_SOURCE', '-pthread', '-Wall', '-Wextra']

/** The load client, compiled if need be: the path of the program. */
export const compileLoadClient = (): string => compileProgram('load', sourcesIn('load'))

/** The bad link; it shares the load client's basics. */
export const compileLink = (): string =>
  compileProgram('link', [...sourcesIn('link'), ...sourcesIn('load', 'basics.c')])

function sourcesIn(folder: string, ending = '.c'): string[] {
  const names = readdirSync(join(benchFolder, folder)).sort()
  return names.filter((name) => name.endsWith(ending)).map((name) => join(benchFolder, folder, name))
}

/** Compiles once for each state of the sources, into the folder for temporary files. */
function compileProgram(name: string, sources: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of [...sources, ...sourcesIn('load', '.h'), ...sourcesIn('link', '.h')])
    hash.update(readFileSync(path))
  const target = join(tmpdir(), 'rivulet-bench')
  const program = join(target, `${name}-${hash.digest('hex').slice(0, 16)}`)
  if (existsSync(program)) return program
  mkdirSync(target, { recursive: true })
  const unfinished = `${program}.${process.pid}`
  runCompiler([...flags, ...sources, '-o', unfinished])
  renameSync(unfinished, program)
  return program
}

function runCompiler(options: readonly string[]): void {
  try {
    execFileSync('cc', options, { stdio: ['ignore', 'inherit', 'inherit'] })
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const reason = missing ? 'there is no C compiler (apt-get install gcc libc6-dev)' : 'it does not compile'
    throw new Error(`the load client is written in C and ${reason}`, { cause: error })
  }
}
