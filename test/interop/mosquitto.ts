import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { within } from '../support/deadline.js'

/** The broker mosquitto as a process with a configuration of its own. */
export class Mosquitto {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when it listens; fails with what it printed when it does not. */
  static async start(program: string, folder: string, lines: readonly string[]): Promise<Mosquitto> {
    const file = join(folder, 'mosquitto.conf')
    // Run by root it would become a user who may not read the folder.
    writeFileSync(file, ['user root', 'allow_anonymous true', ...lines, ''].join('\n'))
    const child = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    const said: string[] = []
    const runs = new Promise<void>((resolve, reject) => {
      const output = createInterface({ input: child.stderr })
      output.on('line', (line) => {
        said.push(line)
        if (/version \S+ running$/.test(line)) resolve()
      })
      output.on('close', () => reject(new Error(`mosquitto ended:\n${said.join('\n')}`)))
    })
    await within('mosquitto to listen', runs)
    return new Mosquitto(child)
  }

  /** Ends it at once. */
  async stop(): Promise<void> {
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }
}
