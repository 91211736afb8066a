import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mutation } from './statement.js'
import { splitTest } from './statement.js'

/** A program with one wrong line, and the test that should notice. */
export interface Mutant {
  readonly name: string
  /** 'path/of/file.test.ts: title' */
  readonly test: string
  readonly mutation: Mutation
}

/** So long one run of mocha may take, ms; a mutant that hangs has been noticed. */
const runMs = 30_000

/**
 * Runs each mutant's test in a copy of the checkout and says which were not noticed, or why that could not be told. The tests pass
 * unmutated first; a mutant that breaks something before its test begins proves nothing and is reported.
 */
export async function unnoticed(checkout: string, mutants: readonly Mutant[], processes = 2): Promise<string[]> {
  const first = new Copy(checkout)
  const copies = [first, ...Array.from({ length: processes - 1 }, () => new Copy(checkout))]
  try {
    const failing = await first.failing(mutants.map(({ test }) => test))
    if (failing.length > 0) return failing.map((why) => `without any mutation: ${why}`)
    const left = [...mutants]
    return (await Promise.all(copies.map((copy) => workThrough(left, copy)))).flat()
  } finally {
    for (const copy of copies) copy.remove()
  }
}

/** Takes mutants from the list that all copies share until it is empty. */
async function workThrough(left: Mutant[], copy: Copy): Promise<string[]> {
  const faults: string[] = []
  for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
    const { name, test, mutation } = mutant
    const why = await copy.survives(mutation, test)
    if (why !== undefined) faults.push(`${name}: ${why}: ${mutation.file}: ${mutation.find} → ${mutation.replace}`)
  }
  return faults
}

/** What mocha's JSON report says of each test; a hook that failed is among `failures` alone. */
interface Report {
  readonly tests: readonly { readonly title: string; readonly err: object }[]
  readonly failures: readonly { readonly title: string }[]
}

/** A copy of a checkout, which can be broken without harm; the packages are shared. */
class Copy {
  private readonly folder = mkdtempSync(join(tmpdir(), 'rivulet-mutant-'))

  constructor(checkout: string) {
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
      cwd: checkout,
      encoding: 'utf8',
    })
    for (const file of listed.split('\0')) {
      if (file !== '' && file !== 'node_modules') cpSync(join(checkout, file), join(this.folder, file))
    }
    symlinkSync(join(checkout, 'node_modules'), join(this.folder, 'node_modules'))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }

  /** Why a mutation went unnoticed; undefined when its test failed or never came to an end. */
  async survives({ file, find, replace }: Mutation, test: string): Promise<string | undefined> {
    const path = join(this.folder, file)
    const text = readFileSync(path, 'utf8')
    writeFileSync(
      path,
      text.replace(find, () => replace),
    )
    try {
      return await this.why(test)
    } finally {
      writeFileSync(path, text)
    }
  }

  private async why(test: string): Promise<string | undefined> {
    const report = await this.run([test])
    if (report === 'hung') return undefined
    const { title } = splitTest(test)
    const found = report.tests.find((each) => each.title === title)
    if (found === undefined) return `broke more than its test (${report.failures[0]?.title ?? 'nothing ran'})`
    return Object.keys(found.err).length > 0 ? undefined : 'its test passes'
  }

  /** Which of these tests do not pass as things are. */
  async failing(tests: readonly string[]): Promise<string[]> {
    const report = await this.run(tests)
    if (report === 'hung') return ['the tests hang']
    const passed = report.tests.filter(({ err }) => Object.keys(err).length === 0).map(({ title }) => title)
    return [...new Set(tests)].filter((test) => !passed.includes(splitTest(test).title))
  }

  private async run(tests: readonly string[]): Promise<Report | 'hung'> {
    const named = tests.map(splitTest)
    const titles = named.map(({ title }) => title.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')
    const output = join(this.folder, 'report.json')
    rmSync(output, { force: true })
    const options = ['--reporter', 'json', '--reporter-option', `output=${output}`, '--grep', `(${titles})$`]
    const files = [...new Set(named.map(({ file }) => file))]
    const ended = await runMocha(this.folder, [...options, ...files])
    if (ended === 'hung') return 'hung'
    const report: Report | undefined = readReport(output)
    return report ?? { tests: [], failures: [{ title: ended }] }
  }
}

/** 'hung', or the last line that mocha printed. */
function runMocha(cwd: string, options: readonly string[]): Promise<string> {
  const mocha = join('node_modules', 'mocha', 'bin', 'mocha.js')
  // Mocha's own process passes on no other signal to the one that runs the tests.
  const limits = { timeout: runMs, killSignal: 'SIGINT' } as const
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [mocha, ...options], { cwd, ...limits }, (_error, stdout, stderr) => {
      // Mocha may end well when it is told to end, so that there is no error.
      resolve(child.killed ? 'hung' : (`${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? ''))
    })
  })
}

function readReport(output: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(output, 'utf8'))
  } catch (error) {
    // A file that cannot be loaded ends mocha before it reports.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
