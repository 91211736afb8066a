import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { within } from '../../support/deadline.js'

/** A program that says over DTLS what it reads, and writes what it hears. */
export class DtlsProgram {
  private readonly child: ChildProcess
  private output = ''
  private heard: () => void = () => undefined

  constructor(program: string, options: readonly string[]) {
    this.child = spawn(program, options, { stdio: 'pipe' })
    const take = (text: Buffer) => {
      this.output += text.toString('latin1')
      this.heard()
    }
    this.child.stdout?.on('data', take)
    this.child.stderr?.on('data', take)
    this.child.stdin?.on('error', () => undefined)
  }

  say(line: string): void {
    this.child.stdin?.write(`${line}\n`)
  }

  /** Until it has written this. */
  async hears(text: string): Promise<void> {
    try {
      await within(
        JSON.stringify(text),
        new Promise<void>((resolve) => {
          this.heard = () => {
            if (this.output.includes(text)) resolve()
          }
          this.heard()
        }),
      )
    } catch (error) {
      throw new Error(`it wrote:\n${this.output}`, { cause: error })
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'close')
    this.child.kill('SIGKILL')
    await ended
  }
}

/** A UDP port that nobody holds, for programs that cannot choose one by themselves. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}
