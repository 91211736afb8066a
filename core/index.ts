export * from './access.js'
export { assert } from './assert.js'
export type { Cancel, Clock, RandomBytes } from './clock.js'
export { type CloseReason, closeReasons } from './close-reasons.js'
export { copyOfBytes } from './copies.js'
export { Fifo } from './fifo.js'
export { CreditWindow } from './flow/credit.js'
export { Flights } from './flow/flight.js'
export { Gateway } from './gateway.js'
export { defaultLimits, frameBytesMax, type Limits } from './limits.js'
export { type LogLife, logLifeOf } from './log/durable-log.js'
export * from './messages.js'
export { everyTopic, toldUpTo } from './positions.js'
export { type Refusal, type RefusalCode, refusals } from './refusals.js'
export type { Identified } from './session/authentications.js'
export type { DurableOptions, GatewayOptions } from './session/gateway-options.js'
export type { Statistics } from './statistics.js'
export * from './store.js'
export { defaultProperties } from './topics/properties.js'
export type { TopicRule } from './topics/rules.js'
export {
  type ParsedSelector,
  parsePlainSelector,
  parseSelector,
  type Selector,
  selectorCovers,
  selectorMatches,
} from './topics/selector.js'
export { levelMatches, type SelectorLevel } from './topics/selector-level.js'
export * from './transport.js'
export { type Content, type HeldVersion, Update, type UpdateFields, type UpdateTopic } from './update.js'
