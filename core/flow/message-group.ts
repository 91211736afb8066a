import type { GroupOrder, MessageTerms } from '../messages.js'
import { itemFlags, qosOf } from '../transport.js'
import type { Update, UpdateTopic } from '../update.js'
import type { QueuedMessage } from './message-queue.js'
import type { Outbox } from './outbox.js'

/** One who shares what a group reads. */
export interface GroupMember {
  readonly outbox: Outbox
  readonly terms: MessageTerms
  mayRead(topic: UpdateTopic): boolean
}

/** So many messages of a group wait at one member, at most: what it has not sent yet another could. */
const waitingAtMemberMax = 64

/** A path whose messages go to one member until it is done with those that it has, named by their offsets. */
interface Assignment {
  member: GroupMember
  readonly offsets: Set<number>
}

/**
 * Several readers who share what one reads: each message goes to one of them. [SEM 2.7]
 *
 * The group reads by an outbox of its own, which never has a link; from its queue messages go to members in turn, those with
 * room. What a member that leaves had not settled comes back to the front.
 */
export class MessageGroup {
  readonly outbox: Outbox
  readonly order: GroupOrder
  private readonly members: GroupMember[] = []
  private readonly assignments = new Map<string, Assignment>()
  private turn = 0

  constructor(outbox: Outbox, order: GroupOrder) {
    this.outbox = outbox
    this.order = order
    outbox.group = this
    outbox.outlivesLinks = true
  }

  get size(): number {
    return this.members.length
  }

  /** One who is a member already goes on under other terms: only what it was not sent yet is dealt anew. */
  join(member: GroupMember): void {
    const { outbox } = member
    const at = this.members.findIndex((known) => known.outbox === outbox)
    if (at !== -1) return this.rejoin(at, member)
    this.members.push(member)
    outbox.groups = [...outbox.groups, this]
    this.dispatch()
  }

  private rejoin(at: number, member: GroupMember): void {
    const { outbox } = member
    this.members[at] = member
    for (const assignment of this.assignments.values())
      if (assignment.member.outbox === outbox) assignment.member = member
    this.takeBack(outbox.messages?.removeOf(this) ?? [])
  }

  /** How a member gets its messages; null: it is none. */
  termsOf(outbox: Outbox): MessageTerms | null {
    return this.members.find((member) => member.outbox === outbox)?.terms ?? null
  }

  /** The member wants no more; what it was not sent yet goes to the others. What it was sent it may settle. [MQTT-3.10.4-3] */
  leave(outbox: Outbox): void {
    const at = this.members.findIndex((member) => member.outbox === outbox)
    if (at === -1) return
    this.members.splice(at, 1)
    outbox.groups = outbox.groups.filter((group) => group !== this)
    for (const [path, { member }] of this.assignments) if (member.outbox === outbox) this.assignments.delete(path)
    this.takeBack(outbox.messages?.removeOf(this) ?? [])
  }

  /** What members have and have not settled. */
  leftAtMembers(): QueuedMessage[] {
    return this.members.flatMap(({ outbox }) => outbox.messages?.left().filter(({ group }) => group === this) ?? [])
  }

  /** Some member could take what may be lost; without any nobody waits for that. */
  get isHeard(): boolean {
    return this.members.some(({ outbox }) => outbox.link !== null)
  }

  /** A member is done with a message: it settled it, or it was sent and need not be. */
  done(update: Update): void {
    this.release(update)
    this.dispatch()
  }

  /** A member has this message no more. */
  release({ topic, offset }: Update): void {
    if (this.order !== 'path') return
    const assignment = this.assignments.get(topic.path)
    if (assignment?.offsets.delete(offset) && assignment.offsets.size === 0) this.assignments.delete(topic.path)
  }

  /** What a member has no more and did not settle stands in front again, as if nobody had been told; not so once the group is over. */
  takeBack(messages: readonly QueuedMessage[]): void {
    if (!this.outbox.outlivesLinks) return
    const queue = this.outbox.queueOf()
    for (const message of messages.toReversed()) {
      this.release(message.update)
      queue.putBack({ ...message, flags: message.flags & ~itemFlags.again, group: null })
    }
    this.dispatch()
  }

  /** A member may not read these any more: others may have them, but not what it may have got already. */
  withdraw(messages: readonly QueuedMessage[]): void {
    for (const message of messages) if (staysWithMember(message)) this.release(message.update)
    this.takeBack(messages.filter((message) => !staysWithMember(message)))
  }

  /** After a restart: what a member may have got stays with it; false: it is none any more. */
  restoreAt(outbox: Outbox, update: Update, flags: number): boolean {
    const member = this.members.find((each) => each.outbox === outbox)
    if (!member) return false
    this.assign(update, member)
    outbox.queueOf().push({ update, flags, terms: member.terms, group: this })
    return true
  }

  /** Gives members what waits, as long as one of them has room. What none of them may read is for nobody. */
  dispatch(): void {
    const { messages } = this.outbox
    for (let next = messages?.at(0) ?? null; next !== null; next = messages?.at(0) ?? null) {
      const present = this.memberFor(next)
      if (!present && this.mustWait(next)) return
      messages?.take()
      const member = present ?? this.absentFor(next)
      if (member) this.give(member, next)
    }
  }

  private give(member: GroupMember, { update, flags }: QueuedMessage): void {
    this.assign(update, member)
    member.outbox.queue({ update, terms: member.terms, flags, group: this })
  }

  /** For room at a member that may read it. While all are away for any of them: who comes back may have other rights. */
  private mustWait({ update }: QueuedMessage): boolean {
    return !this.isHeard || this.members.some((member) => member.outbox.link !== null && member.mayRead(update.topic))
  }

  /** What nobody who is there may read waits with one that is away, and stops nobody; null: none may, or it may be lost. */
  private absentFor({ update }: QueuedMessage): GroupMember | null {
    return this.members.find((member) => member.mayRead(update.topic) && qosOf(update, member.terms) > 0) ?? null
  }

  private memberFor({ update }: QueuedMessage): GroupMember | null {
    const assigned = this.order === 'path' ? this.assignments.get(update.topic.path)?.member : null
    if (assigned?.outbox.link && assigned.mayRead(update.topic)) return assigned
    for (let tried = 0; tried < this.members.length; tried++) {
      this.turn = (this.turn + 1) % this.members.length
      const member = this.members[this.turn]
      if (member && hasRoom(member) && member.mayRead(update.topic)) return member
    }
    return null
  }

  private assign({ topic, offset }: Update, member: GroupMember): void {
    if (this.order !== 'path') return
    const known = this.assignments.get(topic.path)
    // One that is away may have one of this path that nobody else may have: it binds nobody.
    if (known?.member === member) known.offsets.add(offset)
    else this.assignments.set(topic.path, { member, offsets: new Set([offset]) })
  }
}

function hasRoom({ outbox }: GroupMember): boolean {
  return outbox.takesMore && outbox.queuedCount < waitingAtMemberMax
}

/** Whether a message stays with a member that is gone: one that is to arrive exactly once, and may have. [MQTT-4.8.2-4] */
export function staysWithMember({ update, terms, flags }: QueuedMessage): boolean {
  return qosOf(update, terms) === 2 && (flags & itemFlags.again) !== 0
}
