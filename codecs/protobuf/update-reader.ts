import type { Attributes, ValueType } from '../../core/index.js'
import type { Draft } from './message.js'
import type { Reader } from './reader.js'
import { attributes, valueType } from './shared-messages.js'

/** What an update says of the value. [PROTOCOL 4.2] */
export type WireContent = 'value' | 'delta' | 'valueless' | 'removed'

/** An update as it travels: its numbers may count from the version that the client holds; see `versionOf`. [PROTOCOL 4] */
export interface WireUpdate {
  readonly topicId: number
  /** Binds the id to a path; null: it is bound already. [PROTOCOL 4.1] */
  readonly path: string | null
  readonly content: WireContent
  /** The value, deflated perhaps, or the delta: a view of the frame. Empty for other contents. */
  readonly bytes: Uint8Array
  /** `bytes` is raw deflate of the value. [PROTOCOL 4.9] */
  readonly deflated: boolean
  /** Null: that of the value held. [PROTOCOL 4.6] */
  readonly type: ValueType | null
  /** 0: the update is relative. [PROTOCOL 4.3, 4.4] */
  readonly offset: number
  readonly timeMs: number
  readonly skipped: number
  readonly elapsedMs: number
  readonly back: number
  /** Part of a snapshot: moves no position. [PROTOCOL 4.13] */
  readonly snapshot: boolean
  /** Updates before this one were left out of a stream that delivers all. [PROTOCOL 4.10] */
  readonly gap: boolean
  readonly attributes: Attributes | null
}

const noBytes = new Uint8Array()
const lastField = 17

/** What an update without any field would say. */
const emptyUpdate = (): Draft<WireUpdate> => ({
  topicId: 0,
  path: null,
  content: 'value',
  bytes: noBytes,
  deflated: false,
  type: null,
  offset: 0,
  timeMs: 0,
  skipped: 0,
  elapsedMs: 0,
  back: 0,
  snapshot: false,
  gap: false,
  attributes: null,
})

/** [PROTOCOL 4] */
export const updates = { read: readUpdate }

function readUpdate(reader: Reader): WireUpdate {
  const update = emptyUpdate()
  let path = ''
  let hasPath = false
  let contents = 0
  for (let field = reader.nextField(lastField); field !== 0; field = reader.nextField(lastField)) {
    if (field === 9) path = reader.text()
    else if (field === 10) hasPath = reader.bool()
    else if (isContent(field)) contents += readContent(reader, field, update)
    else if (field <= 8) readNumber(reader, field, update)
    else readRest(reader, field, update)
  }
  if (hasPath || path !== '') update.path = path
  if (contents !== 1) reader.fail('an update with none or several of value, delta, valueless and removed')
  else if (contradicts(update)) reader.fail('an update that contradicts itself')
  return update
}

const contentFields = (1 << 2) | (1 << 5) | (1 << 13) | (1 << 17)
const isContent = (field: number): boolean => (contentFields & (1 << field)) !== 0

/** Gives how many contents the field is: one, or none if it denies. */
function readContent(reader: Reader, field: number, update: Draft<WireUpdate>): number {
  if (field === 2 || field === 5) {
    update.content = field === 2 ? 'delta' : 'value'
    update.bytes = reader.view()
    return 1
  }
  if (!reader.bool()) return 0
  update.content = field === 13 ? 'removed' : 'valueless'
  return 1
}

function readNumber(reader: Reader, field: number, update: Draft<WireUpdate>): void {
  if (field === 1) update.topicId = reader.uint32()
  else if (field === 3) update.skipped = reader.uint()
  else if (field === 4) update.elapsedMs = reader.sint()
  else if (field === 6) update.offset = reader.uint()
  else if (field === 7) update.timeMs = reader.uint()
  else update.back = reader.uint()
}

function readRest(reader: Reader, field: number, update: Draft<WireUpdate>): void {
  if (field === 11) update.type = valueType.read(reader)
  else if (field === 12) update.snapshot = reader.bool()
  else if (field === 14) update.gap = reader.bool()
  else if (field === 15) update.deflated = reader.bool()
  else update.attributes = reader.message(attributes)
}

/** [PROTOCOL 4.5, 4.6, 4.9] */
function contradicts({ offset, timeMs, skipped, elapsedMs, path, type, content, deflated }: WireUpdate): boolean {
  const isRelative = offset === 0
  if (isRelative ? timeMs !== 0 : skipped !== 0 || elapsedMs !== 0) return true
  if (deflated && content !== 'value') return true
  return path !== null && (isRelative || content === 'delta' || (type === null && content !== 'removed'))
}
