import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../tidy/source-file.js'
import type { Block } from './markdown.js'
import { isAsPromised } from './markdown.js'
import type { Step } from './steps.js'
import { scriptFor, stepsOf, typedBlocks } from './steps.js'

/** Where `rivulet` starts; undefined until it has been built. */
export const builtCommand: string | undefined = [`${root}dist/cli/main.js`].find(existsSync)

const tools = `${root}node_modules/.bin`
const timeoutMs = 120_000

const tsconfig = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'nodenext',
    // Blocks are programs of their own: two of them may use one name.
    moduleDetection: 'force',
    types: ['node'],
    skipLibCheck: true,
  },
}

/** A folder as a user has it after `npm install rivulet`; every document gets a new one. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'rivulet-docs-'))
  private readonly output = join(this.folder, '.output')

  constructor() {
    mkdirSync(join(this.folder, 'node_modules/.bin'), { recursive: true })
    mkdirSync(this.output)
    symlinkSync(root, join(this.folder, 'node_modules/rivulet'))
    // Documents about devices have the reader install it.
    symlinkSync(`${root}node_modules/mqtt`, join(this.folder, 'node_modules/mqtt'))
    symlinkSync(`${root}node_modules/@types`, join(this.folder, 'node_modules/@types'))
    symlinkSync(`${root}dist/cli/main.js`, join(this.folder, 'node_modules/.bin/rivulet'))
    this.write('package.json', '{ "type": "module" }')
  }

  /** What goes wrong when the blocks are carried out from top to bottom. */
  async run(blocks: readonly Block[]): Promise<string[]> {
    const steps = stepsOf(blocks)
    for (const { storedAs, block } of steps) this.write(storedAs, `${block.text}\n`)
    const succeeded = await this.runScript(scriptFor(steps))
    return [...(succeeded ? [] : [this.failure(steps)]), ...this.brokenPromises(steps)]
  }

  /** What the compiler says about the TypeScript in a document. */
  typeErrors(blocks: readonly Block[]): string[] {
    const typed = typedBlocks(blocks)
    const names = typed.map(({ line }) => `typed-${line}.ts`)
    for (const [index, { text }] of typed.entries()) this.write(names[index] ?? '', text)
    this.write('tsconfig.json', JSON.stringify({ ...tsconfig, files: names }))
    if (typed.length === 0) return []
    const { status, stdout } = spawnSync(`${tools}/tsc`, ['-p', this.folder], { cwd: this.folder, encoding: 'utf8' })
    if (status === 0) return []
    const where = (line: string): string => `${typed[0]?.document}:${line}, line of the block and column`
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/^typed-(\d+)\.ts\(/, (_, at) => `${where(at)} (`))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }

  private write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true })
    writeFileSync(join(this.folder, name), text)
  }

  private runScript(script: string): Promise<boolean> {
    const [program = 'bash', ...args] = [...aloneOnTheNetwork(), 'bash', '-c', script]
    const env = {
      ...process.env,
      // What npm has to say about this machine's own settings is not what a document promises.
      npm_config_loglevel: 'error',
      PATH: `${join(this.folder, 'node_modules/.bin')}:${tools}:${process.env.PATH}`,
      HERE: this.folder,
      OUTPUT: this.output,
      ALONE: program === 'bash' ? '' : 'yes',
    }
    const child = spawn(program, args, { cwd: this.folder, env, stdio: 'ignore', detached: true, timeout: timeoutMs })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => {
        // What a block has left in the background belongs to the script's process group.
        if (child.pid !== undefined) endGroup(child.pid)
        resolve(code === 0)
      })
    })
  }

  private failure(steps: readonly Step[]): string {
    const line = this.printed('progress').trim().split('\n').at(-1)
    const { document = 'the document' } = steps[0]?.block ?? {}
    return `${document}:${line} failed or did not end:\n${this.printed(String(line))}`
  }

  private brokenPromises(steps: readonly Step[]): string[] {
    return steps.flatMap(({ block: { document, line, output } }) => {
      const printed = this.printed(String(line))
      const isKept = output === undefined || isAsPromised(printed, output)
      return isKept ? [] : [`${document}:${line} promised\n${output}\nbut printed\n${printed}`]
    })
  }

  private printed(name: string): string {
    const path = join(this.output, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
}

/** A network of its own where the system allows it, so that the default ports of the documents are free. */
function aloneOnTheNetwork(): string[] {
  const unshare = ['unshare', '--map-root-user', '--net']
  return spawnSync('unshare', [...unshare.slice(1), 'ip', 'link', 'set', 'lo', 'up']).status === 0 ? unshare : []
}

function endGroup(processGroup: number): void {
  try {
    process.kill(-processGroup, 'SIGKILL')
  } catch (error) {
    // Nothing was left running.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
