import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { EventSource } from 'eventsource'
import { createParser } from 'eventsource-parser'
import type { Context } from 'mocha'
import { needsPeer } from '../../support/peers.js'
import { Hearing } from './hearing.js'

/** A stream that a library reads. */
export interface OpenStream {
  readonly hearing: Hearing
  /** Nobody reads any more; resolves once that is so. */
  close(): Promise<void>
}

/** Opens a stream, behind the event with this id unless it is empty. */
export type Reader = (url: string, lastEventId: string) => OpenStream

/** A library, or the reason why it is not there. */
export type ReaderColumn = (context: Context) => Reader

const eventNames = ['update', 'patch', 'remove', 'resync', 'synced', 'unsubscribed', 'closed']

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** npm's eventsource, in this process. It comes back by itself, and says first what it was given in the query. */
const eventSource: ReaderColumn = () => (url, lastEventId) => {
  const from = lastEventId === '' ? '' : `&lastEventId=${encodeURIComponent(lastEventId)}`
  const source = new EventSource(url + from)
  const hearing = new Hearing()
  for (const name of eventNames) {
    source.addEventListener(name, ({ data, lastEventId: id }) => hearing.add(name, id, String(data)))
  }
  source.addEventListener('error', () => {
    if (source.readyState === source.CLOSED) hearing.end()
  })
  return { hearing, close: async () => source.close() }
}

/** A program that is a reader of its own, until it ends with its stream. */
function programStream(program: string, args: readonly string[], listen: Listen): OpenStream {
  const child = spawn(program, args)
  const ended = once(child, 'close')
  const hearing = new Hearing()
  listen(child, hearing)
  child.once('close', () => hearing.end())
  const close = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return { hearing, close }
}

type Listen = (child: ChildProcessWithoutNullStreams, hearing: Hearing) => void

/** What curl prints is the stream itself. */
function parsed({ stdout }: ChildProcessWithoutNullStreams, hearing: Hearing): void {
  const parser = createParser({
    onEvent: ({ event = 'message', id = '', data }) => hearing.add(event, id, data),
    onComment: () => hearing.addComment(),
  })
  let isStream = false
  stdout.setEncoding('utf8').on('data', (text: string) => {
    isStream ||= text.startsWith('retry:')
    if (isStream) parser.feed(text)
    else hearing.unread += text
  })
}

/** curl, with further arguments. */
export function curlReader(context: Context, more: readonly string[] = []): Reader {
  const program = needsPeer(context, 'curl', 'reads event streams')
  return (url, lastEventId) => {
    const header = lastEventId === '' ? [] : ['--header', `Last-Event-ID: ${lastEventId}`]
    return programStream(program, ['-sN', '--fail-with-body', ...more, ...header, url], parsed)
  }
}

/** The program in `python/` prints one JSON object a line. */
function told({ stdout }: ChildProcessWithoutNullStreams, hearing: Hearing): void {
  createInterface({ input: stdout }).on('line', (line) => {
    const { event, id, data } = JSON.parse(line)
    hearing.add(event, id ?? '', data)
  })
}

const python: ReaderColumn = (context) => {
  const path = pathOf('../../../.cache/peers/venv/bin/python')
  const program = needsPeer(context, 'python-peers', 'reads event streams', existsSync(path) ? path : undefined)
  return (url, lastEventId) => {
    const id = lastEventId === '' ? [] : [lastEventId]
    return programStream(program, ['-B', pathOf('../python/sse_reader.py'), url, ...id], told)
  }
}

/** Everybody who reads streams here. */
export const readers: Readonly<Record<string, ReaderColumn>> = {
  'curl -N': (context) => curlReader(context),
  'npm eventsource': eventSource,
  'sseclient-py over httpx': python,
}
