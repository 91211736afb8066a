import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { within } from '../support/deadline.js'
import type { Inbox } from './inbox.js'
import type { Message, QoS } from './peer.js'
import { Refused } from './peer.js'

/** What a line of a message holds, tab after tab. */
const format = ['message', '%t', '%q', '%r', '%E', '%S', '%R', '%D', '%C', '%P', '%x'].join('\\t')

/** One run of mosquitto_sub, read from what it prints with `-d`. */
export class MosquittoSub {
  private readonly child: ChildProcess
  private readonly ended: Promise<unknown>
  private readonly granted: Promise<number[]>

  constructor([program = '', ...before]: readonly string[], options: readonly string[], received: Inbox) {
    const child = spawn(program, [...before, ...options, '-d', '-F', format], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.child = child
    this.ended = once(child, 'close')
    const complaints: string[] = []
    createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line))
    this.granted = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, code] = line.match(/received CONNACK \((\d+)\)/) ?? []
        if (code !== undefined && code !== '0') reject(new Refused(Number(code)))
        const [, granted] = line.match(/^Subscribed \(mid: \d+\): (.*)$/) ?? []
        if (granted !== undefined) resolve(granted.split(', ').map(Number))
        if (line.startsWith('message\t')) received.add(messageIn(line))
      })
      child.on('close', () => reject(new Error(`mosquitto_sub ended: ${complaints.join('\n')}`)))
    })
  }

  /** The granted QoS of each filter. */
  async subscribed(): Promise<number[]> {
    try {
      return await within('mosquitto_sub to subscribe', this.granted)
    } catch (error) {
      // It would try again without end.
      await this.end('SIGKILL')
      throw error
    }
  }

  /** SIGTERM makes it say goodbye, SIGKILL does not. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.child.kill(signal)
    try {
      await within('mosquitto_sub to end', this.ended)
    } catch (error) {
      // Without a broker to say goodbye to, SIGTERM is not enough.
      this.child.kill('SIGKILL')
      throw error
    }
  }
}

function messageIn(line: string): Message {
  const [, topic = '', qos, retain, expiry, identifier, responseTopic, correlation, contentType, user, payload = ''] =
    line.split('\t')
  return {
    topic,
    payload: Buffer.from(payload, 'hex'),
    qos: qosOf(qos),
    retain: retain === '1',
    ...(expiry ? { messageExpiry: Number(expiry) } : {}),
    ...(identifier ? { subscriptionIdentifiers: [Number(identifier)] } : {}),
    ...(responseTopic ? { responseTopic } : {}),
    ...(correlation ? { correlation } : {}),
    ...(contentType ? { contentType } : {}),
    ...(user ? { userProperties: user.split(' ').map(pairOf) } : {}),
  }
}

function pairOf(text: string): readonly [string, string] {
  const [name = '', value = ''] = text.split(':')
  return [name, value]
}

function qosOf(text: string | undefined): QoS {
  if (text === '1') return 1
  return text === '2' ? 2 : 0
}
