import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../load/', import.meta.url))
const flags = ['-std=gnu11', '-O2', '-D_GNU_SOURCE', '-pthread', '-Wall', '-Wextra']

/** Compiles the load client, once for each state of its sources, into the folder for temporary files. Returns the program. */
export function compileLoadClient(): string {
  const names = readdirSync(folder).sort()
  const hash = createHash('sha256')
  for (const name of names) hash.update(name).update(readFileSync(join(folder, name)))
  const target = join(tmpdir(), 'rivulet-bench')
  const program = join(target, `load-${hash.digest('hex').slice(0, 16)}`)
  if (existsSync(program)) return program
  mkdirSync(target, { recursive: true })
  const sources = names.filter((name) => name.endsWith('.c')).map((name) => join(folder, name))
  const unfinished = `${program}.${process.pid}`
  compile([...flags, ...sources, '-o', unfinished])
  renameSync(unfinished, program)
  return program
}

function compile(options: readonly string[]): void {
  try {
    execFileSync('cc', options, { stdio: ['ignore', 'inherit', 'inherit'] })
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const reason = missing ? 'there is no C compiler (apt-get install gcc libc6-dev)' : 'it does not compile'
    throw new Error(`the load client is written in C and ${reason}`, { cause: error })
  }
}
