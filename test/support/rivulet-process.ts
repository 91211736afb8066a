import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { builtCommand } from './docs/workspace.js'

/** How a command of `rivulet` ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a command is given beside its arguments. */
export interface Given {
  /** A program to run instead of `rivulet`. */
  readonly script?: string
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string
}

/** One run of the built command, or of a program that embeds it, whose output can be waited for line by line. */
export class RivuletProcess {
  private readonly child: ChildProcess
  private readonly ended: Promise<unknown>
  private stdout = ''
  private stderr = ''

  constructor(args: readonly string[], { script = builtCommand ?? '', input, environment, folder }: Given = {}) {
    const env = { ...withoutSettings(process.env), NO_COLOR: '1', ...environment }
    this.child = spawn(process.execPath, [script, ...args], { env, cwd: folder })
    this.ended = once(this.child, 'close')
    this.child.stdout?.on('data', (data) => {
      this.stdout += data
    })
    this.child.stderr?.on('data', (data) => {
      this.stderr += data
    })
    if (input !== undefined) this.child.stdin?.end(input)
  }

  /** The first line on stdout that matches; throws with all output when the process ends without. */
  line(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.find(() => this.stdout, pattern)
  }

  /** The same on stderr. */
  message(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.find(() => this.stderr, pattern)
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  write(text: string): void {
    this.child.stdin?.write(text)
  }

  /** Stops reading, as `head` does when it has its line. */
  stopReading(): void {
    this.child.stdout?.destroy()
  }

  async end(): Promise<Ended> {
    await this.ended
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr }
  }

  /** For the end of a test: whatever it still does, it does no longer. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
  }

  private async find(read: () => string, pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const found = read()
        .split('\n')
        .slice(0, -1)
        .map((line) => line.match(pattern))
        .find((match) => match !== null)
      if (found) return found
      // One that was killed has no exit code; waiting on for it would keep this process busy for ever.
      const { exitCode, signalCode } = this.child
      if (exitCode !== null || signalCode !== null)
        throw new Error(`no line ${pattern}; it printed\n${this.stdout}${this.stderr}`)
      await Promise.race([
        once(this.child.stdout ?? this.child, 'data'),
        once(this.child.stderr ?? this.child, 'data'),
        this.ended,
      ])
    }
  }
}

/** Runs a command to its end. */
export function runRivulet(args: readonly string[], given: Given = {}): Promise<Ended> {
  return new RivuletProcess(args, { input: '', ...given }).end()
}

/** Settings of whoever runs the tests are not settings of the gateways that they start. */
function withoutSettings(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('RIVULET_')))
}
