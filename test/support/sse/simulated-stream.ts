import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'
import type { Gateway } from '../../../core/index.js'
import { Outgoing } from '../../../net/index.js'
import type { StreamExchange } from '../../../transports/sse/exchange.js'
import { FrameMakers } from '../../../transports/sse/frames.js'
import { SseLink } from '../../../transports/sse/link.js'
import type { StreamRequest } from '../../../transports/sse/stream-request.js'

const frames = new FrameMakers()

/** A stream without a socket, on simulated time, that is read as soon as it is written. */
export class SimulatedStream {
  readonly events: EventSourceMessage[] = []
  /** Codes of the problems that were answered instead. */
  readonly problems: string[] = []
  private gone: () => void = () => undefined

  constructor(
    private readonly gateway: Gateway,
    wanted: StreamRequest,
  ) {
    new SseLink(wanted, this.exchange(), this.host(), { address: 'here', certificate: null }).begin()
  }

  cut(): void {
    this.gone()
  }

  private exchange(): StreamExchange {
    const parser = createParser({ onEvent: (event) => this.events.push(event) })
    const decoder = new TextDecoder()
    return {
      credentials: {},
      agent: '',
      isHead: false,
      whenGone: (gone) => {
        this.gone = gone
      },
      refuse: ({ code }) => this.problems.push(code),
      open: () => ({
        isChunked: false,
        isBusy: false,
        write: (frame) => parser.feed(decoder.decode(frame)),
        end: () => undefined,
        cut: () => undefined,
      }),
      answerHead: () => undefined,
    }
  }

  private host() {
    return {
      frames,
      outgoing: new Outgoing(),
      heartbeat: { add: () => () => undefined },
      retryMs: 0,
      attach: (link: SseLink) => this.gateway.attach(link, 'sse', 'here'),
      ended: () => undefined,
    }
  }
}
