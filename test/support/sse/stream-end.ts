import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { request } from 'node:http'
import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'

/** What a stream's reader is told. */
export interface StreamNews {
  /** The head of a stream came. */
  begun(): void
  /** A problem came instead. */
  refused(code: string, detail: string): void
  event(event: EventSourceMessage): void
  /** Asked to come back after so long, ms; not what a stream begins with. */
  retry(ms: number): void
  ended(): void
}

/** A reader's end of one stream. */
export class StreamEnd {
  private readonly asking: ClientRequest
  private answer: IncomingMessage | null = null
  private isStalled = false
  private isCut = false

  constructor(
    port: number,
    path: string,
    headers: OutgoingHttpHeaders,
    private readonly news: StreamNews,
  ) {
    this.asking = request({ port, host: '127.0.0.1', path, headers, agent: false })
    this.asking.on('response', (answer) => this.answered(answer))
    this.asking.on('error', () => undefined)
    this.asking.on('close', () => this.over())
    this.asking.end()
  }

  stall(): void {
    this.isStalled = true
    this.answer?.pause()
  }

  unstall(): void {
    this.isStalled = false
    this.answer?.resume()
  }

  /** Nothing is told any more. */
  cut(): void {
    this.isCut = true
    this.asking.destroy()
  }

  private answered(answer: IncomingMessage): void {
    this.answer = answer
    answer.setEncoding('utf8')
    answer.on('error', () => undefined)
    if (answer.statusCode === 200) this.read(answer)
    else this.readProblem(answer)
    if (this.isStalled) answer.pause()
  }

  private read(answer: IncomingMessage): void {
    let retries = 0
    const parser = createParser({
      onEvent: (event) => {
        if (!this.isCut) this.news.event(event)
      },
      onRetry: (ms) => {
        retries += 1
        if (!this.isCut && retries > 1) this.news.retry(ms)
      },
    })
    answer.on('data', (text: string) => parser.feed(text))
    this.news.begun()
  }

  private readProblem(answer: IncomingMessage): void {
    let text = ''
    answer.on('data', (part: string) => {
      text += part
    })
    answer.on('end', () => {
      const { code, detail } = JSON.parse(text)
      this.news.refused(code, detail)
    })
  }

  private over(): void {
    if (!this.isCut) this.news.ended()
  }
}
