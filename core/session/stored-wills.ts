import type { Principal } from '../access.js'
import type { Handling, Publish, ValueType, Will } from '../messages.js'
import type { Records } from '../store.js'
import type { StoredAttributes } from '../topics/stored-form.js'
import { readForm, restoredAttributes, storedAttributes, storedForm } from '../topics/stored-form.js'
import type { Session } from './session.js'

/** A will as it is stored, before the bytes of its value. */
interface StoredHead {
  readonly sessionId: string
  readonly principal: Principal
  readonly path: string | null
  readonly type: ValueType | null
  readonly lifetimeMs: number
  readonly attributes: StoredAttributes | null
  readonly handling: Handling | null
  readonly delayMs: number
  readonly dueMs: number
}

/** A will that was read back. */
export interface RestoredWill {
  readonly will: Will
  /** When it was to be published, ms since 1970; 0: its client was there. */
  readonly dueMs: number
  /** Whose it is, also where its session was not stored. */
  readonly sessionId: string
  readonly principal: Principal
}

/** Keeps the wills of clients that have a name, each under that, for as long as they may have to be published. */
export class StoredWills {
  private readonly records: Records

  constructor(records: Records) {
    this.records = records
  }

  put({ name, sessionId, rights }: Session, { publish, delayMs }: Will, dueMs: number): void {
    if (name === null) return
    const { path, type, lifetimeMs, handling } = publish
    const attributes = storedAttributes(publish.attributes)
    const { principal } = rights
    const head: StoredHead = { sessionId, principal, path, type, lifetimeMs, attributes, handling, delayMs, dueMs }
    this.records.put(name, storedForm(head, publish.value))
  }

  delete({ name }: Session): void {
    if (name !== null) this.records.delete(name)
  }
}

/** A will as its bytes say. */
export function restoredWill(bytes: Uint8Array): RestoredWill {
  const { head, rest } = readForm<StoredHead>(bytes)
  const { path, type, lifetimeMs, handling, delayMs, dueMs, sessionId, principal } = head
  const attributes = restoredAttributes(head.attributes)
  const said = { path, type, lifetimeMs, handling, attributes, value: rest.slice() }
  return { will: { publish: { ...plain, ...said }, delayMs }, dueMs, sessionId, principal }
}

/** What no will says. */
const plain = {
  kind: 'publish',
  sequence: 0,
  alias: 0,
  merge: false,
  timeMs: 0,
  expect: null,
  properties: null,
} as const satisfies Partial<Publish>
