import type { Shape } from './message.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

/** A message with a name, as core tells its messages apart. */
interface Named {
  readonly kind: string
}

/** One kind of message: the field of the `oneof` that it stands in, and its own fields. */
export interface Member<T> {
  readonly field: number
  readonly shape: Shape<T>
}

type Members<T extends Named> = { readonly [Kind in T['kind']]: Member<Extract<T, { readonly kind: Kind }>> }

/** A `oneof` whose members are core's messages by their kind. */
export class OneOf<T extends Named> {
  readonly lastField: number
  private readonly byKind: ReadonlyMap<string, Member<T>>
  private readonly byField: readonly (Member<T> | undefined)[]

  constructor(members: Members<T>) {
    const byField: Member<T>[] = []
    const entries = Object.entries<Member<T>>(members)
    for (const [, member] of entries) byField[member.field] = member
    this.byKind = new Map(entries)
    this.byField = byField
    this.lastField = byField.length - 1
  }

  /**
   * Reads the member in this field, skips a field that is none. `before` is one that was there already, which is one too
   * many. [PROTOCOL 1.6]
   */
  read(reader: Reader, field: number, before: T | null): T | null {
    const member = this.byField[field]
    if (member === undefined) reader.skip()
    else if (before !== null) reader.fail('two members of one choice')
    return member === undefined ? before : reader.message(member.shape)
  }

  write(writer: Writer, message: T): void {
    const member = this.byKind.get(message.kind)
    if (member !== undefined) writer.message(member.field, member.shape, message)
  }
}
