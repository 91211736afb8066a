import type { Outbox } from './outbox.js'

/** Several readers who share what one reads. */
export interface MessageGroup {
  /** A member's link settled a message of the group. */
  settled(member: Outbox): void
}
