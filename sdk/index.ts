/** The door of the SDK, `rivulet/client`: a gateway's topics for browsers and Node. */
export type {
  Attributes,
  CloseReason,
  HistoryBounds,
  Priority,
  RefusalCode,
  Removal,
  SessionStart,
  TopicProperties,
  ValueType,
} from '../core/index.js'
export type { ReportDocument } from './administration.js'
export type { RetryTimes } from './back-off.js'
export { connect } from './connect.js'
export { type ClientErrorCode, type ErrorCode, RivuletError } from './errors.js'
export type { FetchOptions } from './fetch.js'
export type { FetchedTopic } from './fetched-topic.js'
export type { ClientCredentials, ConnectOptions } from './options.js'
export type { PropertiesWanted } from './properties.js'
export type { Published, PublishOptions } from './publication.js'
export type { Session } from './session.js'
export type { ClientSocket, SocketConstructor, SocketEvent } from './socket.js'
export type { SessionEvents, SessionState } from './state.js'
export type { Resynchronisation, Subscription, SubscriptionEvents, SubscriptionOptions } from './subscription.js'
export type { Update } from './update.js'
