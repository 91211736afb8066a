import type { Fetched } from '../core/index.js'
import type { Names } from './arguments.js'
import { noOthers, readSelector, wholeNumber } from './arguments.js'
import type { Conversation } from './conversation.js'
import { RivuletError } from './errors.js'
import { FetchedTopic } from './fetched-topic.js'

/** How to fetch. */
export interface FetchOptions {
  /** Also the topics' properties, and topics without a value. */
  readonly describe?: boolean
  /** Topics in one page; the pages cannot be seen, but a small first one comes sooner. 0 leaves it to the gateway. */
  readonly pageTopics?: number
}

const names: Names<FetchOptions> = { describe: 1, pageTopics: 1 }

const attemptsMax = 3

/** Reads current values page by page. */
export class Fetch {
  private readonly selector: string
  private readonly limit: number
  private readonly describe: boolean

  constructor(
    private readonly conversation: Conversation,
    selector: string,
    options: FetchOptions,
  ) {
    const { describe = false, pageTopics = 0 } = options
    noOthers(options, names)
    this.selector = readSelector(selector).text
    this.limit = wholeNumber(pageTopics, 'pageTopics', 2 ** 32 - 1)
    this.describe = describe
  }

  /** All of them; begins again if the gateway has forgotten, between two pages, how far it was. */
  async all(): Promise<FetchedTopic[]> {
    for (let attempt = 1; ; attempt++) {
      const topics: FetchedTopic[] = []
      try {
        for await (const topic of this.each()) topics.push(topic)
        return topics
      } catch (error) {
        const isForgotten = error instanceof RivuletError && error.code === 'notFound' && topics.length > 0
        if (!isForgotten || attempt === attemptsMax) throw error
      }
    }
  }

  async *each(): AsyncGenerator<FetchedTopic, void, undefined> {
    let after: string | null = null
    do {
      const page: Fetched = await this.page(after)
      for (const state of page.topics) yield new FetchedTopic(state, this.conversation.feed.epoch)
      after = page.after
    } while (after !== null)
  }

  private async page(after: string | null): Promise<Fetched> {
    const { selector, limit, describe } = this
    const answer = await this.conversation.ask((request) => ({
      kind: 'fetch',
      request,
      selector,
      after,
      limit,
      describe,
    }))
    if (answer.kind === 'fetched') return answer
    throw new RivuletError('protocolViolation', 'a fetch was answered by something else')
  }
}
