import type {
  Authenticated,
  Challenge,
  Denied,
  Done,
  Draining,
  Fetched,
  GatewayMessage,
  Pong,
  PublishRefused,
  Refusal,
  RefusalCode,
  Refused,
  Report,
  Resynchronised,
  refusals,
  Subscribed,
  Synced,
  TopicState,
  Unsubscribed,
  Welcome,
} from '../../core/index.js'
import { accepted } from './accepted.js'
import { choice, field, is, nested, orNull, repeated, required, text, uint, uint32, view } from './fields.js'
import type { Shape } from './message.js'
import { mapped, message } from './message.js'
import { OneOf } from './one-of.js'
import type { Reader } from './reader.js'
import { attributes, position, topicProperties, valueType } from './shared-messages.js'
import type { Writer } from './writer.js'

/* What the gateway answers. Its frames' size bounds what these hold. [PROTOCOL 10.2] */

/** When the client is to acknowledge. [PROTOCOL 5.3] */
export interface AcknowledgeTerms {
  readonly acknowledgeBytes: number
  readonly acknowledgeMs: number
}

/** A welcome as it travels: with what the link asks of its client, which core does not know. */
export type WireWelcome = Omit<Welcome, 'data'> & AcknowledgeTerms

/** A reply as it travels. */
export type WireReply = Exclude<GatewayMessage, Welcome | Challenge | Authenticated | Denied> | WireWelcome

const anyText = text(Number.POSITIVE_INFINITY)
const anyBytes = view(Number.POSITIVE_INFINITY)

const welcome = message<WireWelcome>({
  kind: is('welcome'),
  version: field(1, uint32),
  start: field(2, choice(['new', 'resumed', 'resynchronised'])),
  sessionId: field(3, anyText),
  token: field(4, anyBytes),
  epoch: field(5, anyText),
  sessionTimeoutMs: field(6, uint),
  keepAliveMs: field(7, uint),
  messageBytesMax: field(8, uint),
  sequence: field(9, uint),
  acknowledgeBytes: field(10, uint32),
  acknowledgeMs: field(11, uint32),
})

const subscribed = message<Subscribed>({
  kind: is('subscribed'),
  request: field(1, uint32),
  subscription: field(2, uint32),
})

const synced = message<Synced>({
  kind: is('synced'),
  subscription: field(1, uint32),
  position: required(2, nested(position)),
})

const resynchronised = message<Resynchronised>({
  kind: is('resynchronised'),
  reason: field(1, choice(['epoch', 'history', 'overflow'])),
  topics: repeated(2, anyText, Number.POSITIVE_INFINITY),
  selectors: repeated(3, anyText, Number.POSITIVE_INFINITY),
})

const unsubscribed = message<Unsubscribed>({
  kind: is('unsubscribed'),
  subscription: field(1, uint32),
  selector: field(2, anyText),
  reason: field(3, choice(['overflow', 'forbidden'])),
})

/** Core's catalogue once more, since a codec imports only types; the compiler compares the numbers. [PROTOCOL 6.7] */
const refusalNumbers: { readonly [Code in RefusalCode]: (typeof refusals)[Code]['number'] } = {
  forbidden: 1,
  invalidPath: 2,
  invalidSelector: 3,
  invalidValue: 4,
  invalidProperties: 5,
  typeMismatch: 6,
  notFound: 7,
  conditionFailed: 8,
  alreadyExists: 9,
  tooLarge: 10,
  limitReached: 11,
  unknownAlias: 12,
  staleSequence: 13,
  unsupported: 14,
}

interface WireRefusal {
  readonly code: number
  readonly detail: string
}

const wireRefusal = { code: field(2, uint32), detail: field(3, anyText) }

function refusalOf({ code, detail }: WireRefusal): Refusal {
  for (const known of Object.keys(refusalNumbers) as RefusalCode[]) {
    if (refusalNumbers[known] === code) return { code: known, detail }
  }
  return { code: 'unsupported', detail }
}

const wireRefusalOf = ({ code, detail }: Refusal): WireRefusal => ({ code: refusalNumbers[code], detail })

const publishRefused: Shape<PublishRefused> = mapped(
  message<WireRefusal & Omit<PublishRefused, 'refusal'>>({
    kind: is('publishRefused'),
    sequence: field(1, uint),
    ...wireRefusal,
  }),
  ({ kind, sequence, ...refusal }) => ({ kind, sequence, refusal: refusalOf(refusal) }),
  ({ refusal, ...rest }) => ({ ...rest, ...wireRefusalOf(refusal) }),
)

const done = message<Done>({ kind: is('done'), request: field(1, uint32), count: field(2, uint32) })

const refused: Shape<Refused> = mapped(
  message<WireRefusal & Omit<Refused, 'refusal'>>({ kind: is('refused'), request: field(1, uint32), ...wireRefusal }),
  ({ kind, request, ...refusal }) => ({ kind, request, refusal: refusalOf(refusal) }),
  ({ refusal, ...rest }) => ({ ...rest, ...wireRefusalOf(refusal) }),
)

interface WireTopicState extends Omit<TopicState, 'version' | 'type'> {
  readonly type: TopicState['type'] | null
  readonly offset: number
  readonly previous: number
}

const topicState: Shape<TopicState> = mapped(
  message<WireTopicState>({
    path: field(1, anyText),
    value: orNull(2, anyBytes),
    type: field(3, valueType),
    offset: field(4, uint),
    previous: field(5, uint),
    timeMs: field(6, uint),
    attributes: orNull(7, nested(attributes)),
    properties: orNull(8, nested(topicProperties)),
  }),
  ({ type, offset, previous, ...rest }, reader) => {
    if (type === null) reader.fail('a topic without a type')
    return { ...rest, type: type ?? 'binary', version: { offset, previous } }
  },
  ({ version, ...rest }) => ({ ...rest, ...version }),
)

const fetched = message<Fetched>({
  kind: is('fetched'),
  request: field(1, uint32),
  topics: repeated(2, nested(topicState), Number.POSITIVE_INFINITY),
  after: orNull(3, anyText),
})

const report = message<Report>({ kind: is('report'), request: field(1, uint32), document: field(2, anyText) })

const pong = message<Pong>({ kind: is('pong'), nonce: field(1, uint32) })

const draining = message<Draining>({ kind: is('draining'), reconnectAfterMs: field(1, uint) })

const members = new OneOf<WireReply>({
  welcome: { field: 1, shape: welcome },
  subscribed: { field: 2, shape: subscribed },
  synced: { field: 3, shape: synced },
  resynchronised: { field: 4, shape: resynchronised },
  unsubscribed: { field: 5, shape: unsubscribed },
  accepted: { field: 6, shape: accepted },
  publishRefused: { field: 7, shape: publishRefused },
  done: { field: 8, shape: done },
  refused: { field: 9, shape: refused },
  fetched: { field: 10, shape: fetched },
  report: { field: 11, shape: report },
  pong: { field: 12, shape: pong },
  draining: { field: 13, shape: draining },
})

function readReply(reader: Reader): WireReply | null {
  let reply: WireReply | null = null
  for (let field = reader.nextField(members.lastField); field !== 0; field = reader.nextField(members.lastField)) {
    reply = members.read(reader, field, reply)
  }
  return reply
}

/** A `Reply`; read as null where it is of a kind not known here. [PROTOCOL 11.2] */
export const replies = {
  read: readReply,
  write: (writer: Writer, reply: WireReply): void => members.write(writer, reply),
}
