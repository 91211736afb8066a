import type { Clock } from '../clock.js'
import type { Interests } from '../flow/interests.js'
import type { LogRecord, Ticket, UpdateLog } from '../log/update-log.js'
import { silent } from '../topics/handlings.js'
import { Lifetimes } from '../topics/lifetimes.js'
import type { Topic } from '../topics/topic.js'
import type { Topics } from '../topics/topics.js'
import type { Update } from '../update.js'

/** What ending topics needs of the gateway. */
interface EndsHost {
  readonly clock: Clock
  readonly log: UpdateLog
  readonly topics: Topics
  readonly interests: Interests
  /** `isTold`: readers of messages need not be told. */
  removeTopic(topic: Topic, isTold: boolean): void
}

/** The topics of this gateway that go by themselves. */
export function lifetimesFor(host: EndsHost): Lifetimes {
  // Readers of messages were told with the message how long it lives.
  const remove = (topic: Topic) => host.removeTopic(topic, true)
  return new Lifetimes({
    topicOf: (id) => host.topics.topicOf(id),
    isRead: (topic) => host.interests.hasReaders(topic),
    remove,
    replaces: (topic) => {
      const retained = host.topics.retained.of(topic)
      if (!retained) return false
      const ticket: Ticket = { accepted: () => undefined, refused: () => remove(topic) }
      host.log.append(standingAgain(topic, retained, host), ticket)
      return !topic.isRemoved
    },
  })
}

/**
 * A retained value outlives newer ones that were not to be retained: once those are over it is the topic's value again. [MQTT-3.3.1-8]
 * For readers of messages it never was anything else, and stays apart for them, under the offset by which they know it.
 */
function standingAgain(topic: Topic, retained: Update, { clock, log }: EndsHost): LogRecord {
  const { value, type, timeMs, expiresAtMs, attributes } = retained
  return {
    kind: 'value',
    path: topic.path,
    topicId: topic.id,
    value,
    type,
    merge: false,
    timeMs,
    acceptedMs: clock.timeMs(),
    expiresAtMs,
    // The value was its owner's before, too.
    publisher: topic.properties.owner ?? '',
    sessionId: '',
    attributes,
    handling: silent,
    expect: { kind: 'version', epoch: log.epoch, offset: topic.offset },
    properties: null,
  }
}
