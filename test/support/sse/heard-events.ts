/** What the conformance suite hears of the events of a stream. */
import type { EventSourceMessage } from 'eventsource-parser'
import { applyPatch } from 'rfc6902'
import { parsePosition, parseVersion } from '../../../codecs/position/index.js'
import type { Attributes, Position, ValueType } from '../../../core/index.js'
import type { HeardUpdate } from '../../conformance/harness.js'
import { bytes } from '../memory-peer.js'

/** The data of an event, as far as any has it. */
export interface EventData {
  readonly path?: string
  readonly type?: ValueType
  readonly value?: unknown
  readonly version?: string
  readonly time?: number
  readonly snapshot?: boolean
  readonly patch?: Parameters<typeof applyPatch>[1]
  readonly attributes?: Partial<Omit<Attributes, 'correlation'>> & {
    readonly correlation?: { readonly base64: string }
  }
  readonly reason?: string
  readonly topics?: readonly string[]
  readonly selectors?: readonly string[]
  readonly selector?: string
}

/** A version that the reader holds, against which patches are told. */
export interface HeldDocument {
  readonly type: ValueType
  document: unknown
}

export function dataOf({ data }: EventSourceMessage): EventData {
  return JSON.parse(data)
}

export function positionOf({ id }: EventSourceMessage): Position | null {
  return id === undefined ? null : parsePosition(id)
}

/** An update, patch or removal, as an application sees it; what it holds of the path is kept in `held`. */
export function heardOf(
  { event }: EventSourceMessage,
  data: EventData,
  held: Map<string, HeldDocument>,
  topicId: number,
  isGap: boolean,
): HeardUpdate {
  const path = data.path ?? ''
  const document = documentOf(event ?? '', data, held.get(path) ?? null)
  if (document) held.set(path, document)
  else held.delete(path)
  return {
    kind: 'update',
    topicId,
    path,
    value: document ? valueBytes(document) : new Uint8Array(0),
    type: document?.type ?? 'binary',
    offset: parseVersion(data.version ?? '')?.version.offset ?? 0,
    timeMs: data.time ?? 0,
    attributes: attributesOf(data),
    hasValue: document !== null,
    isSnapshot: data.snapshot === true,
    isRemoved: event === 'remove',
    isGap,
    isDelta: event === 'patch',
  }
}

function documentOf(event: string, data: EventData, held: HeldDocument | null): HeldDocument | null {
  if (event === 'remove') return null
  if (event === 'update') return { type: data.type ?? 'binary', document: data.value }
  const moved = { root: structuredClone(held?.document) }
  applyPatch(
    moved,
    (data.patch ?? []).map((operation) => ({ ...operation, path: `/root${operation.path}` })),
  )
  return { type: 'json', document: moved.root }
}

function valueBytes({ type, document }: HeldDocument): Uint8Array {
  const isBytes = typeof document === 'object' && document !== null && 'base64' in document
  if (isBytes) return new Uint8Array(Buffer.from(String(document.base64), 'base64'))
  return bytes(type === 'json' ? JSON.stringify(document) : String(document))
}

function attributesOf({ attributes }: EventData): Attributes | null {
  if (!attributes) return null
  const { pairs = [], contentType = null, isText = false, replyPath = null, correlation } = attributes
  const bytesOf = correlation ? new Uint8Array(Buffer.from(correlation.base64, 'base64')) : null
  return { pairs, contentType, isText, replyPath, correlation: bytesOf }
}
