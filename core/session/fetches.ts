import type { Clock, RandomBytes } from '../clock.js'
import type { Job } from '../flow/turns.js'
import type { Limits } from '../limits.js'
import { pace } from '../limits.js'
import type { Fetch, TopicState } from '../messages.js'
import { refuse } from '../refusals.js'
import { stateBytes } from '../topics/state-bytes.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import { TreeWalk } from '../topics/tree-walk.js'
import type { OpenFetch } from './open-fetches.js'
import { OpenFetches } from './open-fetches.js'
import type { Requester } from './requester.js'
import type { Sessions } from './sessions.js'

/** What fetching needs of the gateway. */
export interface FetchesHost {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly limits: Limits
  readonly topics: Topics
  readonly sessions: Sessions
}

/**
 * Answers fetches, a page at a time. Between pages a walk stays open under an unguessable name; at the bounds one is forgotten,
 * and asking for its next page says so.
 */
export class Fetches {
  private readonly host: FetchesHost
  private readonly open: OpenFetches

  constructor(host: FetchesHost) {
    this.host = host
    this.open = new OpenFetches(host.limits)
  }

  /** Fetches that wait for their clients to ask on. */
  get openCount(): number {
    return this.open.count
  }

  fetch(message: Fetch, requester: Requester): void {
    const started =
      message.after === null ? this.start(message, requester) : this.resume(message.after, message, requester)
    if (started) requester.addJob(this.page(started, message, requester), message.request)
  }

  /** A session is over, and its fetches with it. */
  ended(sessionId: string): void {
    this.open.ended(sessionId)
  }

  private start(message: Fetch, requester: Requester): OpenFetch | null {
    const { request } = message
    const parsed = requester.paths.inwardSelector(message.selector)
    if (parsed.kind === 'malformed') {
      requester.reply({
        kind: 'refused',
        request,
        refusal: refuse('invalidSelector', `${parsed.why} (at ${parsed.at})`),
      })
      return null
    }
    const { text } = parsed.selector
    const { rights, paths } = requester
    if (rights.coverage('fetch', text) === 'none') {
      requester.reply({ kind: 'refused', request, refusal: refuse('forbidden') })
      return null
    }
    const walk = new TreeWalk(this.host.topics.tree, parsed.selector)
    return { walk, selector: text, rights, root: paths.root }
  }

  private resume(name: string, message: Fetch, requester: Requester): OpenFetch | null {
    const known = this.open.take(name, requester)
    if (known) return known
    const refusal = refuse('notFound', 'the page is no longer open: fetch from the start')
    requester.reply({ kind: 'refused', request: message.request, refusal })
    return null
  }

  private page(fetch: OpenFetch, message: Fetch, requester: Requester): Job {
    const { clock, limits, topics } = this.host
    const countMax = Math.min(message.limit || limits.fetchTopicsMax, limits.fetchTopicsMax)
    const found: TopicState[] = []
    let bytes = 0
    let isPartly = false
    const take = (topic: Topic): boolean => {
      if (!topics.hasValue(topic) && !message.describe) return true
      if (isPartly && !requester.rights.may('fetch', topic.path)) return true
      const state = this.stateOf(topic, message.describe, requester)
      found.push(state)
      bytes += stateBytes(state)
      return found.length < countMax && bytes < limits.fetchBytesMax
    }
    return (deadlineMs) => {
      // Asked each turn: rights may change between two of them, or two pages.
      isPartly = requester.rights.coverage('fetch', fetch.selector) !== 'all'
      let isComplete = false
      const isFull = () => found.length >= countMax || bytes >= limits.fetchBytesMax
      while (!isComplete && !isFull() && clock.nowMs() < deadlineMs) {
        isComplete = fetch.walk.step(pace.walkNodesPerStep, take)
      }
      if (!isComplete && !isFull()) return false
      const after = isComplete ? null : this.keepOpen(fetch, requester)
      requester.reply({ kind: 'fetched', request: message.request, topics: found, after })
      return true
    }
  }

  private keepOpen(fetch: OpenFetch, { sessionId }: Requester): string {
    const name = Array.from(this.host.random(9), (byte) => byte.toString(36).padStart(2, '0')).join('')
    // A page of a session that ended meanwhile is read by nobody.
    if (sessionId === '' || this.host.sessions.withId(sessionId)) this.open.keep(name, fetch, sessionId)
    return name
  }

  private stateOf(topic: Topic, describe: boolean, requester: Requester): TopicState {
    const { topics } = this.host
    const update = topics.versions.view(topic)
    return {
      path: requester.paths.outward(update.topic.path),
      value: topics.hasValue(topic) ? update.value : null,
      type: update.type,
      version: update.version,
      timeMs: update.timeMs,
      attributes: update.attributes,
      properties: describe ? topic.properties : null,
    }
  }
}
