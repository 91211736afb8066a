import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Who is still running; nobody may outlive the harness, however it ends. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

/** A child process that speaks in lines. Whatever it says on stderr goes to ours, marked with its name. */
export class LineProcess {
  private readonly lines: string[] = []
  private readonly waiting: ((line: string | null) => void)[] = []
  private ended = false
  readonly exited: Promise<void>

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    running.add(child)
    this.exited = new Promise((resolve) =>
      child.once('exit', () => {
        running.delete(child)
        resolve()
      }),
    )
    if (child.stdout !== null) this.readLines(child.stdout)
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (line) => process.stderr.write(`  ${name}: ${line}\n`))
    }
  }

  static start(
    name: string,
    command: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): LineProcess {
    const [program = '', ...options] = command
    const child = spawn(program, options, { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] })
    child.on('error', (error) => process.stderr.write(`  ${name}: ${error.message}\n`))
    // Whoever writes to a process that has gone learns it from the missing answer.
    child.stdin.on('error', () => child.kill())
    return new LineProcess(name, child)
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  write(line: string): void {
    this.child.stdin?.write(`${line}\n`)
  }

  /** The next line of its output. Fails when it ends, or says nothing in time. */
  async nextLine(timeoutMs: number): Promise<string> {
    const line = this.lines.shift() ?? (await this.waitForLine(timeoutMs))
    if (line === null) throw new Error(`${this.name} ended`)
    return line
  }

  /** Ends it at once; resolves when it has gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL')
      await this.exited
    }
  }

  private readLines(output: NodeJS.ReadableStream): void {
    const reader = createInterface({ input: output })
    reader.on('line', (line) => {
      const first = this.waiting.shift()
      if (first === undefined) this.lines.push(line)
      else first(line)
    })
    reader.on('close', () => {
      this.ended = true
      for (const each of this.waiting.splice(0)) each(null)
    })
  }

  private waitForLine(timeoutMs: number): Promise<string | null> {
    if (this.ended) return Promise.resolve(null)
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(answer), 1)
        reject(new Error(`${this.name} said nothing for ${timeoutMs} ms`))
      }, timeoutMs)
      const answer = (line: string | null): void => {
        clearTimeout(late)
        resolve(line)
      }
      this.waiting.push(answer)
    })
  }
}
