import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { within } from '../support/deadline.js'
import type { Message } from './peer.js'

/** How a command went. */
export interface Answer {
  readonly id: number
  readonly reason?: number
  readonly sessionPresent?: boolean
  /** The code of a CONNACK that says no. */
  readonly refused?: number
  /** The command could not be carried out, in the program's words. */
  readonly error?: string
}

/** What happens to a client unasked; payloads are written in base64. */
export type News =
  | { readonly event: 'closed'; readonly client: string }
  | {
      readonly event: 'message'
      readonly client: string
      readonly message: Omit<Message, 'payload'> & { readonly payload: string }
    }

interface Asked {
  readonly answered: (answer: Answer) => void
  readonly failed: (error: Error) => void
}

/** A child process that is given one JSON object a line, answers each by its `id`, and tells news in between. */
export class TalkingProgram {
  private readonly child: ChildProcess
  private readonly asked = new Map<number, Asked>()
  private readonly complaints: string[] = []
  private lastId = 0

  constructor(
    private readonly name: string,
    [program = '', ...options]: readonly string[],
    private readonly tell: (news: News) => void,
  ) {
    const child = spawn(program, options, { stdio: 'pipe' })
    this.child = child
    createInterface({ input: child.stdout }).on('line', (line) => this.heard(JSON.parse(line)))
    createInterface({ input: child.stderr }).on('line', (line) => this.complaints.push(line))
    child.stdin.on('error', (error) => this.fail(error))
    child.on('error', (error) => this.fail(error))
    child.on('close', () => this.fail(new Error(`it ended: ${this.complaints.join('\n')}`)))
  }

  /** Resolves when the command was carried out. */
  ask(command: { readonly action: string; readonly [option: string]: unknown }): Promise<Answer> {
    this.lastId += 1
    const id = this.lastId
    const answer = new Promise<Answer>((answered, failed) => this.asked.set(id, { answered, failed }))
    this.child.stdin?.write(`${JSON.stringify({ id, ...command })}\n`)
    return within(`${command.action} by ${this.name}`, answer)
  }

  /** It ends when nobody speaks to it any more. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'close')
    this.child.stdin?.end()
    await within(`${this.name} to end`, ended)
  }

  private heard(told: Answer | News): void {
    if ('event' in told) this.tell(told)
    else this.answered(told)
  }

  private answered(answer: Answer): void {
    const asked = this.asked.get(answer.id)
    this.asked.delete(answer.id)
    if (answer.error === undefined) asked?.answered(answer)
    else asked?.failed(new Error(`${this.name}: ${answer.error}`))
  }

  private fail(cause: Error): void {
    for (const { failed } of this.asked.values()) failed(new Error(`${this.name}: ${cause.message}`, { cause }))
    this.asked.clear()
  }
}
