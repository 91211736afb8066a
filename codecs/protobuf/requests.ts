import type {
  Administer,
  Bye,
  Create,
  Fetch,
  Hello,
  Ping,
  Position,
  Remove,
  Resume,
  Since,
  Subscribe,
  SubscribeOptions,
  Unsubscribe,
} from '../../core/index.js'
import { bool, choice, field, is, nested, orNull, packed, required, text, uint, uint32, view } from './fields.js'
import { wireLimits } from './limits.js'
import type { Shape } from './message.js'
import { mapped, message } from './message.js'
import { OneOf } from './one-of.js'
import type { Reader } from './reader.js'
import { delivery, position, priority, wantedProperties } from './shared-messages.js'
import type { Writer } from './writer.js'

/* What a client asks: all of its messages but the hot ones. [PROTOCOL 2, 3, 9] */

/** A message that travels as a `Request`. */
export type RequestMessage = Hello | Subscribe | Unsubscribe | Create | Remove | Fetch | Administer | Ping | Bye

const anyText = text(wireLimits.textBytesMax)

/** The number of a request stands beside its message, in `Request` itself. */
const request = is<number>(0)

interface WireHello extends Omit<Hello, 'credentials' | 'features' | 'identity' | 'will'> {
  readonly user: string
  readonly password: string
  readonly token: string
  readonly deltas: boolean
  readonly deflate: boolean
}

const hello: Shape<Hello> = mapped(
  message<WireHello>({
    kind: is('hello'),
    versions: field(1, packed(wireLimits.versionsMax)),
    user: field(2, anyText),
    password: field(3, anyText),
    token: field(4, anyText),
    deltas: field(5, bool),
    deflate: field(6, bool),
    resume: orNull(
      7,
      nested(
        message<Resume>({
          token: field(1, view(wireLimits.tokenBytesMax)),
          position: required(2, nested(position)),
          synced: field(3, packed(wireLimits.syncedMax)),
        }),
      ),
    ),
    sessionTimeoutMs: field(8, uint),
    keepAliveMs: field(9, uint),
    bytesPerSecondMax: field(10, uint),
    agent: field(11, anyText),
  }),
  ({ user, password, token, deltas, deflate, ...rest }) => ({
    ...rest,
    credentials: {
      ...(user !== '' && { user }),
      ...(password !== '' && { password }),
      ...(token !== '' && { token }),
      peer: '',
    },
    features: { deltas, deflate },
  }),
  ({ credentials: { user = '', password = '', token = '' }, features, ...rest }) => ({
    ...rest,
    ...features,
    user,
    password,
    token,
  }),
)

interface WireSubscribe extends Omit<SubscribeOptions, 'snapshot' | 'since' | 'messages'> {
  readonly kind: 'subscribe'
  readonly request: number
  readonly selector: string
  readonly noSnapshot: boolean
  readonly position: Position | null
  readonly duration: number | null
  readonly count: number | null
}

function sinceOf({ position, duration, count }: WireSubscribe, reader: Reader): Since {
  const given = [position, duration, count].filter((member) => member !== null)
  if (given.length > 1) reader.fail('two members of one choice')
  if (position !== null) return { kind: 'position', position }
  if (duration !== null) return { kind: 'duration', ms: duration }
  return count === null ? { kind: 'now' } : { kind: 'count', count }
}

const subscribe: Shape<Subscribe> = mapped(
  message<WireSubscribe>({
    kind: is('subscribe'),
    request,
    selector: field(1, anyText),
    noSnapshot: field(2, bool),
    intervalMs: field(3, uint),
    delivery: field(4, delivery),
    priority: orNull(5, priority),
    overflow: field(6, choice(['conflate', 'unsubscribe', 'disconnect'])),
    position: orNull(7, nested(position)),
    duration: orNull(8, uint),
    count: orNull(9, uint),
  }),
  (wire, reader) => {
    const { kind, request, selector, noSnapshot, intervalMs, delivery, priority, overflow } = wire
    const since = sinceOf(wire, reader)
    const options = { snapshot: !noSnapshot, intervalMs, delivery, priority, since, overflow }
    return { kind, request, selector, options }
  },
  ({ options: { snapshot, since, ...options }, ...rest }) => ({
    ...rest,
    ...options,
    noSnapshot: !snapshot,
    position: since.kind === 'position' ? since.position : null,
    duration: since.kind === 'duration' ? since.ms : null,
    count: since.kind === 'count' ? since.count : null,
  }),
)

const unsubscribe = message<Omit<Unsubscribe, 'group'>>({
  kind: is('unsubscribe'),
  request,
  selector: field(1, anyText),
})

const create = message<Create>({
  kind: is('create'),
  request,
  path: field(1, anyText),
  properties: field(2, {
    ...nested(wantedProperties),
    empty: () => ({}),
    isEmpty: (properties) => Object.keys(properties).length === 0,
  }),
})

const remove = message<Remove>({ kind: is('remove'), request, selector: field(1, anyText) })

const fetch = message<Fetch>({
  kind: is('fetch'),
  request,
  selector: field(1, anyText),
  after: orNull(2, anyText),
  limit: field(3, uint32),
  describe: field(4, bool),
})

const administer = message<Administer>({
  kind: is('administer'),
  request,
  operation: field(1, choice(['showGateway', 'listSessions', 'showSession', 'removeSession'])),
  target: field(2, anyText),
  after: field(3, anyText),
})

const ping = message<Ping>({ kind: is('ping'), nonce: field(1, uint32) })

const bye = message<Bye>({ kind: is('bye') })

const members = new OneOf<RequestMessage>({
  hello: { field: 2, shape: hello },
  subscribe: { field: 3, shape: subscribe },
  unsubscribe: { field: 4, shape: unsubscribe },
  create: { field: 5, shape: create },
  remove: { field: 6, shape: remove },
  fetch: { field: 7, shape: fetch },
  administer: { field: 8, shape: administer },
  ping: { field: 9, shape: ping },
  bye: { field: 10, shape: bye },
})

/** Null only where the reader says why. */
function readRequest(reader: Reader): RequestMessage | null {
  let request = 0
  let message: RequestMessage | null = null
  for (let field = reader.nextField(members.lastField); field !== 0; field = reader.nextField(members.lastField)) {
    if (field === 1) request = reader.uint32()
    else message = members.read(reader, field, message)
  }
  if (message === null) reader.fail('a request for nothing that is known here')
  return message !== null && 'request' in message ? { ...message, request } : message
}

function writeRequest(writer: Writer, message: RequestMessage): void {
  if ('request' in message && message.request !== 0) writer.uint(1, message.request)
  members.write(writer, message)
}

/** A `Request`: its number, and what is asked. */
export const requests = { read: readRequest, write: writeRequest }
